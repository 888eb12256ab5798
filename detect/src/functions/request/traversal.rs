//! `traversal_score(text)`: how much a request looks like a way out of the web root: `../`, files of the
//! system, files a site keeps to itself.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of a file asked for that is none of the visitor's business.
const TRAITS: &[Trait] = &[
    // Steps upwards: one may be a sloppy link, two in a row are not, one in a value or hidden neither.
    (0.85, r"(?:\.{2,3}[;\x00]?[/\\]+){2,}"),
    (0.8, r"[=&;:\s>]\.{2,3}[/\\]|/\.\.;/|\.{3,4}/{2,}|\.\.\\|\.\.\x00"),
    (0.4, r"(?:^|[/\\])\.\.(?:[/\\]|$)"),
    // Files of a Unix.
    (
        0.85,
        r"(?:^|[/\\=\s>'\x22(:])etc[/\\](?:passwd|shadow|group|gshadow|hosts|hostname|issue|motd|fstab|mtab|crontab|cron\.\w+|sudoers|resolv\.conf|ssh[/\\]|ssl[/\\]|apache2?[/\\]|httpd[/\\]|nginx[/\\]|mysql[/\\]|my\.cnf|php\w*[/\\]|redis[/\\]|samba[/\\]|profile|inittab|init\.d|services|networks|protocols|exports|aliases|bashrc|environment|os-release|[\w-]{0,12}-release|machine-id|(?:sub)?[ug]id-?\b|rc\d?\.\w+|security[/\\]|pam\w*|ld\.so\w*|openvpn[/\\]|letsencrypt[/\\])",
    ),
    (
        0.85,
        r"(?:^|[/\\=\s>'\x22(:])proc[/\\](?:self|version|cmdline|mounts|net[/\\]|cpuinfo|meminfo|environ|\d+[/\\])|(?:^|[=\s>'\x22(?&])[/\\](?:sys[/\\](?:class|kernel|firmware|devices|hypervisor)|dev[/\\](?:tcp|udp|mem|fd|shm|random|zero)|var[/\\](?:log|lib|mail|spool|run|db|backups)[/\\]|root[/\\]\.|tmp[/\\]\w)",
    ),
    // Files of a Windows.
    (
        0.85,
        r"(?:boot|win|system|desktop|php)\.ini\b|windows[/\\]+(?:system32|win\.ini|repair|debug|panther|temp)|winnt[/\\]|\binetpub[/\\]|[/\\]sam(?:\.log)?\b$|\bntuser\.(?:dat|ini)|\bglobal\.asax?|\bunattend\.xml|\bpagefile\.sys",
    ),
    // What a home folder keeps to itself.
    (
        0.85,
        r"\.(?:ssh[/\\]|aws[/\\]|azure[/\\]|kube[/\\]|docker[/\\]|gnupg[/\\]|bash(?:_history|_profile|_logout|rc)|zsh(?:_history|rc)|(?:\w{1,12}[-_.])?history\b|profile\b|viminfo|netrc|pgpass|my\.cnf|mysql_history|psql_history|git-credentials|npmrc|pypirc|htpasswd|htaccess|htdigest|dockercfg|dockerconfigjson|cshrc|gitconfig|s3cfg|boto\b|rhosts|forward\b|mailrc|subversion[/\\])|\bid_(?:rsa|dsa|ecdsa|ed25519)\b|\bauthorized_keys\b|\bknown_hosts\b",
    ),
    // What a site keeps to itself.
    (
        0.85,
        r"[/\\]\.(?:env\b|git(?:[/\\]|ignore|attributes|modules|lab-ci|hub[/\\]|config|$)|svn(?:[/\\]|$)|hg(?:[/\\]|$)|bzr[/\\]|cvs[/\\]|ds_store|idea[/\\]|vscode[/\\]|travis\.yml|circleci[/\\]|terraform|tfstate|vagrant|ansible|buildpath|project\b|settings[/\\]|user\.ini|php-ini|config\b|local[/\\]|cache[/\\]|composer[/\\]|npm[/\\]|yarn|wp-config|passwd|secrets?\b|dockerignore|dockerenv|editorconfig|eslintrc|babelrc|ftpconfig|remote-sync|sftp|log[/\\])",
    ),
    (
        0.8,
        r"[/\\](?:web-inf|meta-inf)[/\\]|[/\\](?:wp-config|configuration|localsettings|settings|config|local|database|db|secrets?|credentials?|parameters|application|appsettings|docker-compose|dockerfile|web\.config|composer|package-lock|yarn|gemfile|procfile|vagrantfile|rakefile|makefile|readme|license|changelog|install|sftp-config|ws_ftp|filezilla|phpinfo|adminer|id_rsa|server|private|ssl|cert|dump|backup|site|www|html|public_html|data|mysql|sql|users?|passwords?)(?:\.(?:php|inc|yml|yaml|xml|ini|conf|cfg|properties|json|py|rb|js|zip|sql|tar|tgz))?\.?(?:bak|old|orig|save|saved|swp|swo|dist|copy|tmp|temp|backup|sql|dump|inc|conf|cfg|ini|pem|key|pfx|p12|ppk|kdbx|mdb|sqlite3?|~)(?:[?&#]|$)",
    ),
    (
        0.7,
        r"\.(?:sql|bak|old|orig|swp|save|dump|mdb|sqlite3?|kdbx|ppk|pem)(?:\.(?:gz|zip|bz2|xz|7z|rar|tar|tgz))?~?(?:[&#]|\?|$)|\.php[~_](?:[?&#]|$)|[/\\]web\.config\b|[/\\](?:backup|dump|database|db|sql|www|wwwroot|htdocs|public_html|site)[\w.-]{0,20}\.(?:zip|tar|t?gz|7z|rar|bz2)(?:[?&#]|$)",
    ),
    // Kinds of files that no page links to.
    (
        0.7,
        r"^[^?]*/[^/?]{1,80}\.(?:asa|asax|cfg|conf|config|cs|csproj|vbproj|db|dbf|rdb|htr|htw|ida|idc|idq|inc|ini|key|lnk|mdb|pdb|pwd|passwd|resx|sys|licx|pol|webinfo|htpasswd|env|kdb|ovpn|rdp|jks|keystore|tfstate|tfvars|bash_history)(?:\?|$)",
    ),
    // Keys and notes that coding assistants leave in a project.
    (
        0.85,
        r"[/\\]\.(?:claude|cursor|cursorrules|codex|continue|aider\w*|windsurf\w*|codeium|kiro|roo\w*|cline\w*|zed|opencode|gemini|copilot|github[/\\]copilot|amazonq|augment|junie|goose\w*|tabnine|cody|sourcegraph|trae|qwen|crush|factory|fabric|plandex|mentat|sweep|devin|openhands|bolt|lovable|v0|replit|n8n|dify|flowise|langchain|langgraph|llm\w*|ollama|openai|anthropic|mcp\w*|rovodev|a0proj|gpt\w*|autogpt|agents?\w*|prompts?|rules|ai\w*)(?:[/\\.]|$)",
    ),
    // Any other hidden file or folder of the site; /.well-known/ is public by its own standard (RFC 8615).
    (
        0.7,
        r"(?:^|[^.?&=]/)\.(?:[a-vx-z0-9_-][\w-]{0,30}|w[\w-]{0,3}|w[^e][\w-]{0,30})(?:/[\w.-]*|\.(?:json|ya?ml|toml|env|ini|conf|cfg|txt|md|log|bak|sh|db|xml))(?:[/?&#]|$)|^/\.(?:[a-vx-z0-9_-][\w-]{0,30}|w[^e][\w-]{0,30})(?:/[\w.-]*|\.(?:json|ya?ml|toml|env|ini|conf|cfg|txt|md|log|bak|sh|db|xml))?(?:[/?&#]|$)",
    ),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    "..",
    "etc/",
    "etc\\",
    "proc/",
    "/sys/",
    "/dev/",
    "/var/",
    "/root/",
    "/tmp/",
    ".ini",
    "windows",
    "winnt",
    "inetpub",
    "/sam",
    "ntuser",
    "asa",
    "unattend",
    "/.",
    "\\.",
    ".ssh",
    ".aws",
    ".bash",
    "history",
    ".profile",
    "htpasswd",
    "htaccess",
    "netrc",
    "pgpass",
    "id_",
    "authorized_keys",
    "known_hosts",
    "-inf/",
    ".bak",
    ".old",
    ".orig",
    ".save",
    ".sw",
    ".sql",
    ".dist",
    ".inc",
    ".conf",
    ".cfg",
    "~",
    ".pem",
    ".key",
    ".pfx",
    ".p12",
    ".ppk",
    ".kdbx",
    ".mdb",
    ".sqlite",
    ".dump",
    "web.config",
    "backup",
    "dump",
    "database",
    "/db",
    "sql",
    "www",
    "htdocs",
    "public_html",
    "site",
    ".docker",
    ".git",
    ".npmrc",
    ".kube",
    ".azure",
    "pagefile",
    ".copy",
    ".tmp",
    ".temp",
    ".db",
    ".cs",
    ".rdb",
    ".ht",
    ".id",
    ".lnk",
    ".pdb",
    ".pwd",
    ".passwd",
    ".resx",
    ".sys",
    ".licx",
    ".pol",
    ".webinfo",
    ".env",
    ".kdb",
    ".ovpn",
    ".rdp",
    ".jks",
    ".keystore",
    ".tf",
    ".vbproj",
    ".s3cfg",
    ".boto",
    ".gnupg",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like a way out of the web root, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    FAMILY.as_ref().map_or(0.0, |family| family.score(&decode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_out_score_high() {
        for text in [
            "/cgi-bin/.%2e/%2e%2e/etc/hosts",
            "/leggi?file=..%2f..%2fconfig",
            "/leggi?file=..%252f..%252fconfig",
            "/leggi?file=..%c0%af..%c0%afboot.ini",
            "/leggi?f=/etc/passwd%00.pdf",
            "/leggi?f=C:\\Windows\\System32\\drivers",
            "/.env",
            "/app/.git/config",
            "/.assistente/chiavi.json",
            "/WEB-INF/web.xml",
            "/wp-config.php.bak",
            "/backup_2026.tar.gz",
            "/..;/manager/html",
            "/leggi?f=.ssh/id_ed25519",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn ordinary_paths_score_low() {
        for text in [
            "/",
            "/.well-known/security.txt",
            "/.well-known/acme-challenge/abc",
            "/stili/../img/stemma.png",
            "/delibere/2026/elenco.pdf",
            "/ricerca?q=atti...",
            "/ricerca?q=passwd",
            "/download/capitolato.zip",
            "/v1.2/file.min.js",
            "/images/site.png",
            "/about/history.html",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
