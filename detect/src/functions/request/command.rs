//! `command_score(text)`: how much a value looks like a command for a shell, of Unix or of Windows.
//!
//! A name of a command is an ordinary word: it counts where a shell would run it, behind a separator or with
//! the arguments it takes. Shells read over quotes, carets, backslashes and empty variables inside a word, so
//! the text is judged without them too.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of a command.
const TRAITS: &[Trait] = &[
    // Behind what parts commands: any command, alone or with arguments.
    (
        0.8,
        r"(?:[;|`\n]|&&|&\s|\$\(|<\(|>\()[\s({]*(?:[\w]+=\S*\s+)?(?:sudo\s+|time\s+|nohup\s+|exec\s+|env\s+|busybox\s+|timeout\s+\d+\s+|[\w./]{0,40}/)?(?:cat|ls|ll|dir|id|whoami|uname|pwd|ps|w|who|last|ifconfig|ipconfig|netstat|ss|ip|arp|route|hostname|env|printenv|set|echo|printf|wget|curl|fetch|lwp-download|nc|ncat|netcat|telnet|ssh|scp|ftp|tftp|ping|nslookup|dig|host|traceroute|nmap|bash|sh|zsh|ksh|csh|dash|ash|python[\d.]*|perl|ruby|php\d*|node|lua|java|gcc|cc|make|awk|gawk|sed|grep|egrep|find|head|tail|more|less|tac|nl|od|xxd|base64|openssl|tar|gzip|gunzip|zip|unzip|cp|mv|rm|rmdir|mkdir|touch|ln|chmod|chown|chattr|dd|mount|df|du|kill|pkill|killall|crontab|at|useradd|adduser|usermod|passwd|su|sudo|sleep|reboot|shutdown|halt|service|systemctl|docker|kubectl|git|apt|apt-get|yum|dnf|rpm|dpkg|pip\d?|npm|gem|xargs|tee|sort|uniq|cut|tr|rev|wc|diff|socat|screen|tmux|nohup|mysql|psql|sqlite3|redis-cli|mail|sendmail|type|del|copy|move|ren|net|net1|netsh|reg|sc|tasklist|taskkill|systeminfo|ver|wmic|cmd|command|powershell|pwsh|cscript|wscript|mshta|rundll32|regsvr32|certutil|bitsadmin|attrib|icacls|cacls|schtasks|findstr|where|start|iwr|iwmi|iex|icm|irm|gwmi|gcim|gci|gc|gp|gps|saps|ipmo|ipsv|nsn|etsn)(?:\.exe|\.com)?(?:$|[\s;|&`)}<>$/]|\s*\{)",
    ),
    // A value that is a command with an argument of a command.
    (
        0.75,
        r"=[\s'\x22(]*(?:sudo\s+|time\s+|nohup\s+|env\s+|exec\s+|busybox\s+)?(?:cat|ls|ll|dir|id|uname|wget|curl|nc|ncat|netcat|ping|nslookup|dig|bash|sh|zsh|ksh|csh|dash|python[\d.]*|perl|ruby|php|node|awk|sed|grep|egrep|find|head|tail|tac|base64|openssl|tar|gzip|unzip|cp|mv|rm|mkdir|touch|ln|chmod|chown|dd|crontab|useradd|adduser|sleep|systemctl|docker|kubectl|apt-get|yum|pip\d?|npm|gem|xargs|socat|rc|type|del|net|netsh|reg|sc|wmic|cmd|powershell|pwsh|cscript|wscript|mshta|rundll32|regsvr32|certutil|bitsadmin|schtasks)(?:\.exe)?\s+(?:-{1,2}[a-z]|/|\./|\.\./|~|\$|'|\x22|\||\w+\.(?:sh|txt|py|pl|php|exe|ps1|bat|conf|log|org|com|net|it)\b|[a-z]:|https?:|\d{1,3}\.\d{1,3}\.|install\b|user\b|localgroup\b|query\b)",
    ),
    (
        0.75,
        r"=[\s'\x22]*(?:time|nohup|exec|xargs|busybox)\s+(?:sh|bash|zsh|ksh|whoami|curl|wget|cat|ls|id|nc|python\d?|perl)\b",
    ),
    (
        0.7,
        r"=(?:whoami|ifconfig|ipconfig|netstat|systeminfo|tasklist|printenv|uname(?:\s+-a)?|cat\s+/\S+)(?:$|[&;|\s])",
    ),
    // Any word with options behind what parts commands, or fed by what stands behind it.
    (
        0.75,
        r"[;|`\n]\s*'?\x22?[a-z][\w.-]{1,20}'?\x22?\s+-{1,2}[a-z]|[;|&`\n]\s*[a-z][\w.-]{1,20}\s*<<<|[;|&]\s*[a-z]{2,16}(?:\.exe)?\s+/[a-z?]{1,2}(?:\s|:|$)",
    ),
    // A program by its place.
    (
        0.8,
        r"(?:[=\s;|&'\x22(<>{,`$]|^)(?:\.{0,2}/)*(?:usr/)?(?:local/)?s?bin/['\x22\\]*[a-z\[]['\x22\w.+-]{0,40}",
    ),
    (
        0.85,
        r"/dev/(?:tcp|udp)/|>\s*/dev/null|\d>&\d|\bsh\s+-i\b|\bbash\s+-[ci]\b|\bnc\s+(?:-\w+\s+)*(?:-e|\S+\s+\d{2,5})|\bmkfifo\b|\bdd\s+if=|\bof=/|/etc/(?:passwd|shadow)|/proc/self/|\bcmd(?:\.exe)?\s+/[ckr]\b|\b/c\s+(?:dir|type|whoami|ping|powershell)\b",
    ),
    // Paths written in what a shell completes.
    (
        0.75,
        r"(?:[=\s;|&'\x22(`<>]|^)/(?:[\w\[\]'\x22]{0,8}[?*\[][\w?*\[\]'\x22]{0,8})/['\x22]?[\w?*\[\]'\x22]{1,20}|(?:[=\s;|&'\x22(`]|^)/(?:bin|etc|usr|tmp|var|dev)/[\w]{0,12}[?*\[][\w?*\[\]]{0,12}|/[?*]{2,4}/[?*\w]{2,}|/[a-z]+['\x22\\]+[\w'\x22+]*/|/\w*\*/\w+",
    ),
    // Values of variables and commands.
    (
        0.8,
        r"\$\{?(?:shell|ifs|home|path|cpath|cdpath|pwd|oldpwd|bash\w*|env|user|hostname|lang|lc_\w+|mailpath|ps[1-4]|histfile|uid|euid|ppid|random|hosttype|machtype|ostype)\b\}?|\$\{(?:#|!|@)?\w{1,40}(?:[:#%/^,@][^}]{0,80})?\}\s*(?:\S|$)\S{0,1}[/|;&]|\$\{\w+:\d",
    ),
    (
        0.75,
        r"\$\(\s*(?:[\w./<\\'\x22]{1,60}(?:\s[^)]{0,200})?)\)|<\([^)]{1,200}\)|\$\(\([^)]{1,80}\)\)|`\s*(?:[a-z/][\w./-]{1,40})(?:\s[^`]{1,200})?`",
    ),
    (0.8, r"\$@|\$\*\w|\w\$(?:\d|@|\*|\{\w?\}|[a-z]{1,2}\b)\w*\s|;\s*\$[a-z]\s+\w+\s+\$?\w"),
    // What bash expands: home folders, lists, its history.
    (0.75, r"[=\s]~[-+]\d{0,3}(?:$|[/&\s;])|[=\s]~\d{1,3}(?:$|[/&\s;])"),
    (
        0.75,
        r"\{[\w./-]{0,40},(?:[\w./-]{1,40},?){1,6}\}(?:$|[\s;|&])|(?:^|[=;|&])\{,?[a-z]{1,20},[\w,./-]{1,60}\}",
    ),
    (0.75, r"(?:=|\s)!-?\d{1,4}(?:!-?\d+|$|&|\s|:)|=!!(?:$|[&:\s])|(?:=|\s)![a-z]+:\d"),
    // A function that calls itself: the fork bomb; a function hidden in a variable: Shellshock.
    (
        0.9,
        r"\(\)\s*\{\s*[^}]{0,80}\|[^}]{0,80}&\s*\}|\(\)\s*\{\s*(?::|\w+)\s*;\s*\}\s*;|\(\)\s*\{\s*_?;?\s*\}\s*[>;]",
    ),
    (0.75, r"(?:[=?\s]|^)\(\)\s*\{"),
    (
        0.75,
        r"\balias\s+\w+=|\bunset\s+\w+;|\bexport\s+\w+=|\bread\s+-\w\s|\bbuiltin\s+\w|\bhistory\s+-c\b|\beval\s+[`$'\x22]",
    ),
    // Loops and conditions of cmd.exe.
    (0.85, r"\bfor\b(?:\s*/[dflr]\b.{0,200}?)?\s+%{1,2}[^\s%]{0,20}\s+in\s*\(.{0,400}?\)\s*do\b"),
    (0.85, r"\bif\b(?:\s+/i)?(?:\s+not)?\s+(?:exist|errorlevel|cmdextversion|defined)\s+\S+\s+\S"),
    (0.8, r"\bif\b(?:\s*/i)?(?:\s+not)?[\s(][^&]{1,120}?(?:\b(?:equ|neq|lss|leq|gtr|geq)\b|={2,3})\s*\S"),
    (
        0.75,
        r"%(?:systemroot|windir|comspec|programfiles(?:\(x86\))?|appdata|localappdata|temp|tmp|userprofile|username|computername|path|pathext|errorlevel|os|homedrive|allusersprofile|public)(?::~[\d,-]+)?%|\w\^\w+\^?\w*\s|(?:c|s)\^m\^?d",
    ),
    // PowerShell.
    (
        0.8,
        r"\b(?:invoke-(?:webrequest|expression|restmethod|command|item|wmimethod|cimmethod|mimikatz|shellcode|obfuscation)|new-(?:object|item|service|localuser|pssession)|start-(?:process|job|sleep|service|bitstransfer)|stop-(?:process|service|computer)|get-(?:content|process|service|wmiobject|ciminstance|childitem|item|itemproperty|command|credential|aduser|localuser|host|location|variable)|set-(?:content|executionpolicy|itemproperty|mppreference|location)|add-(?:type|content|localgroupmember|mppreference)|out-(?:file|string)|write-(?:output|host)|import-module|convertto-securestring|convertfrom-\w+|select-(?:object|string)|remove-item|copy-item|move-item|rename-item|restart-computer|enter-pssession|test-(?:path|connection)|resolve-dnsname|read-host|expand-archive|compress-archive|measure-object|foreach-object|where-object|sort-object|register-scheduledtask|wait-process|clear-eventlog)\b",
    ),
    (
        0.8,
        r"\bpowershell(?:\.exe)?\s+[-/'\x22\w]|-(?:enc(?:odedcommand)?|executionpolicy|noprofile|windowstyle|nop|noni)\b\s|\bdownload(?:string|file|data)\s*\(|\bnet\.webclient\b|frombase64string|\[system\.\w+|\[convert\]",
    ),
    (
        0.75,
        r"\bcertutil\b.{0,40}-(?:urlcache|decode)|\bbitsadmin\b.{0,40}/transfer|\bregsvr32\b.{0,40}/i:|\brundll32\b\s+\S+,|\bmshta\b\s+\S|\bwmic\b\s+(?:/node|process|os|service|useraccount)|\bnet\s+(?:user|localgroup|group|use|view|share)\b|\breg\s+(?:add|query|save|delete)\s|\bschtasks\b\s*/|\bvssadmin\b",
    ),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    ";",
    "|",
    "`",
    "&&",
    "& ",
    "\n",
    "$",
    "<(",
    ">(",
    "bin/",
    "/dev/",
    "/etc/",
    "/proc/",
    ">&",
    "=time",
    "=cat",
    "=ls",
    "=ll",
    "=id",
    "=uname",
    "=whoami",
    "ifconfig",
    "ipconfig",
    "netstat",
    "=wget",
    "=curl",
    "=nc",
    "=ping",
    "sh ",
    "sh-",
    "python",
    "perl",
    "=",
    "/?",
    "*/",
    "/*",
    "?/",
    "~",
    "{",
    "!",
    "()",
    "alias",
    "unset",
    "export ",
    "history",
    "eval ",
    "for ",
    "if ",
    "if/",
    "%",
    "^",
    "-",
    "powershell",
    "download",
    "webclient",
    "base64",
    "[system",
    "net ",
    "reg ",
    "schtasks",
    "vssadmin",
    "wmic",
    "mshta",
    "rundll",
    "cmd",
    "dd if",
    "mkfifo",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like a command, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    let Some(family) = FAMILY.as_ref() else { return 0.0 };
    let decoded = decode(text);
    let score = family.score(&decoded);
    let plain = decoded.plain();
    if score < 0.7 && plain.bytes().any(|byte| matches!(byte, b'\'' | b'"' | b'\\' | b'^' | b'$')) {
        return score.max(1.0 - family.innocence(&unquoted(plain)));
    }
    score
}

/// The text as a shell reads it: no quotes, backslashes and carets, no variables that are likely empty.
fn unquoted(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' | '\\' | '^' => {}
            '$' if bare.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '/') => {
                while letters
                    .next_if(|next| next.is_ascii_alphanumeric() || "@*{}_".contains(*next))
                    .is_some()
                {}
            }
            other => bare.push(other),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_score_high() {
        for text in [
            "/ping?host=192.0.2.1;id",
            "/ping?host=192.0.2.1%0Acat%20/etc/hosts",
            "/ping?host=|uname -a",
            "/ping?host=$(sleep 5)",
            "/ping?host=`whoami`",
            "/ping?host=;w'h'oami",
            "/ping?host=;c\\at${IFS}/e*/host?",
            "/x?c=wget%20http://a.example/x.sh",
            "/x?c=/bin/bash%20-i",
            "/x?c=C%3A%5C&cmd.exe%20/c%20dir",
            "/x?c=if+not+exist+c:\\prova+echo+si",
            "/x?c=for+/f+%25%25i+in+(elenco.txt)+do+del+%25%25i",
            "/x?c=Invoke-Expression(...)",
            "() { :;}; /bin/true",
            "/x?c=g(){ g|g& };g",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn ordinary_values_score_low() {
        for text in [
            "/cerca?q=modulo per residenza; anagrafe",
            "/cerca?q=tempo libero & sport",
            "/cerca?tipo=id&ordine=find",
            "/cerca?q=if+only",
            "/cerca?q=time+out",
            "/documenti/host.html?id=3",
            "/prezzi?valuta=$100",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
            "Mozilla/5.0 (compatible; bot/1.0; +https://bot.example/)",
            "/app?filtri={a:1}",
            "/cgi-bin/awstats.pl?config=sito",
            "",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
