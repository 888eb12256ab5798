//! `inclusion_score(text)`: how much a value looks like an address that the server itself is meant to fetch:
//! remote file inclusion, and requests forged through the server (its own host, the cloud's metadata).
//!
//! An ordinary `url=https://…` is what share buttons send: an address counts by where it leads and how it ends.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of an address the server is meant to fetch.
const TRAITS: &[Trait] = &[
    // A number in place of a name, also the numbers only a C library understands.
    (
        0.8,
        r"=\s*(?:url:)?(?:https?|ftps?|file):/{0,2}(?:[^/&@\s]{0,40}@)?(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[[0-9a-f:.]+\]|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}|0x[0-9a-f]{2,8}|\d{8,10}|(?:0[0-7x][0-9a-f]*\.){1,3}0?[0-9a-fx]+|127\.\d+)(?:[:/?&#]|$)",
    ),
    // The cloud's metadata.
    (
        0.85,
        r"(?:https?:/{0,2}|=|//)(?:169\.254\.169\.254|169\.254\.170\.2|100\.100\.100\.200|192\.0\.0\.192|168\.63\.129\.16|metadata\.(?:google|packet|platformequinix|tencentyun|azure|oraclecloud|nicline)\S{0,30}|rancher-metadata\b|instance-data\b|\[?fd00:ec2::254)[/:]|/latest/(?:meta-data|user-data|dynamic)\b|computemetadata/v1|/metadata/(?:v1|instance)\b|/openstack/(?:latest|20)",
    ),
    // The server's own host, and public names that resolve to it.
    (
        0.75,
        r"=\s*(?:[a-z]{2,8}:/{0,2})?(?:[\w.-]{0,60}\.)?(?:localhost[46]?(?:\.localdomain[46]?)?|ip6-(?:localhost|loopback)|ipv6-(?:localhost|loopback)|loopback|broadcasthost)[:/]",
    ),
    (
        0.75,
        r"=\s*(?:[a-z]{2,8}:/{0,2})?(?:[\w.-]{0,80}\.)?(?:lvh\.me|localtest\.me|vcap\.me|lacolhost\.com|yoogle\.com|readme\.localtest\.me|(?:nip|sslip|xip)\.io|127-0-0-1\.\w+|docker\.internal|containers\.internal|svc(?:\.cluster\.local)?|cluster\.local|kubernetes(?:\.default)?|google\.internal|burpcollaborator\.net|oastify\.com|oast\.\w+|interact\.sh|requestbin\.\w+|webhook\.site|ngrok(?:-free)?\.\w+)(?:[:/]|$)",
    ),
    // Schemes that nobody shares.
    (
        0.85,
        r"[=\s(](?:url:)?(?:gopher|dict|ldaps?|ldapi|jar|netdoc|local_file|file|phar|expect|zip|glob|ogg|rar|zlib|ssh2(?:\.\w+)?|sftp|tftp|smb|afp|telnet|rmi|jndi|dns|iiop|nfs|view-source|compress\.(?:zlib|bzip2)|php|mailto\+\w+):(?:/{1,3}|[\w/])\S",
    ),
    (
        0.75,
        r"=\s*ftps?://\S|=\s*url:\w+:|=\s*data:(?:[a-z]+/[a-z0-9.+-]+)?(?:;[\w=-]+)?(?:,|;base64|$|&)|=\s*data:text/plain",
    ),
    // The server puts something behind: a question mark swallows it.
    (0.8, r"=\s*(?:file|ftps?|https?)[^&=\s]*\?+(?:$|&)"),
    // Parameters that are includes of old applications, and scripts to include.
    (
        0.8,
        r"(?:mosconfig_absolute_path|_?conf(?:ig)?\[\w*(?:path|root|include|dir)\w*\]|globals\[\w+\]|(?:^|[?&])(?:include|inc|require|page|pagina|file|document_root|docroot|root_path|path|dir|base_?dir|abs_?path|template|tpl|module|mod|load|lang_?path|theme_?path|_path|_server\[document_root\]))=\s*(?:https?|ftps?)://\S",
    ),
    (
        0.75,
        r"=\s*(?:https?|ftps?)://[^&\s]{3,200}\.(?:txt|php\d?|phtml|gif|jpg|png|inc|cgi|pl|sh|asp|jsp)\?(?:$|&|\S{0,10}$)",
    ),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    "://",
    "http:",
    "https:",
    "=http",
    "=ftp",
    "=file",
    "ftp:",
    "localhost",
    "loopback",
    "broadcasthost",
    "169.254",
    "100.100.100.200",
    "192.0.0.192",
    "metadata",
    "meta-data",
    "user-data",
    "instance-data",
    "openstack",
    "lvh.me",
    "localtest",
    "vcap.me",
    "lacolhost",
    "nip.io",
    "sslip.io",
    "xip.io",
    ".internal",
    "svc",
    "cluster.local",
    "kubernetes",
    "oast",
    "collaborator",
    "interact.sh",
    "webhook.site",
    "ngrok",
    "gopher:",
    "dict:",
    "ldap",
    "jar:",
    "netdoc:",
    "local_file:",
    "file:",
    "phar:",
    "expect:",
    "zip:",
    "glob:",
    "php:",
    "data:",
    "url:",
    "smb:",
    "rmi:",
    "sftp:",
    "tftp:",
    "dns:",
    "telnet:",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like an address the server is meant to fetch, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    FAMILY.as_ref().map_or(0.0, |family| family.score(&decode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forged_addresses_score_high() {
        for text in [
            "/v?u=http://198.51.100.9/x.txt",
            "/v?u=http%3A%2F%2F169.254.169.254%2Flatest%2Fmeta-data",
            "/v?u=http://0x7f000001/",
            "/v?u=http://2130706433/",
            "/v?u=http://[::1]:6379/",
            "/v?u=gopher://a.example:25/_x",
            "/v?u=file:///etc/passwd",
            "/v?u=localhost:8080/",
            "/v?u=127-0-0-1.nip.io/",
            "/index.php?page=http://a.example/shell",
            "/v?u=https://a.example/c.txt?",
            "/v?u=data:text/plain;base64,YQ==",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn shared_addresses_score_low() {
        for text in [
            "/condividi?url=https://www.comune.example/notizie/42",
            "/login?ritorno=https%3A%2F%2Fservizi.comune.example%2Farea",
            "/oembed?url=https://video.example/watch?v=abc&format=json",
            "https://cerca.example/url?q=https://www.comune.example/&sa=U",
            "/mappa?host=localhost",
            "/cerca?q=data:+ieri",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
