//! `attack_tool(text)`: the attack tool or scanner that a user agent says it is.
//!
//! Only tools whose use is looking for weaknesses: libraries and command-line clients (curl, Wget, Python) have
//! honest users, search engines and monitors too.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

/// Tools by what they call themselves, lower case.
const TOOLS: &[&str] = &[
    "(hydra)",
    ".nasl",
    "absinthe",
    "acunetix",
    "advanced email extractor",
    "ahrens",
    "appscan",
    "arachni",
    "autogetcolumn",
    "bfac",
    "bilbo",
    "blackwidow",
    "brutus",
    "burpcollaborator",
    "burpsuite",
    "caidabot",
    "censysinspect",
    "cgichk",
    "cisco-torch",
    "cmsmap",
    "commix",
    "core-project/1.0",
    "crimscanner/",
    "dalfox",
    "datacha0s",
    "detectify",
    "dirb/",
    "dirbuster",
    "dirsearch",
    "domino hunter",
    "dotdotpwn",
    "email extractor",
    "evilscanner",
    "expanseinc",
    "fhscan",
    "feroxbuster",
    "ffuf",
    "fimap",
    "floodgate",
    "fuzz faster u fool",
    "fuzzer",
    "get-minimal",
    "gobuster",
    "gootkit auto-rooter scanner",
    "grabber",
    "grendel-scan",
    "havij",
    "httprint",
    "httpx - open-source project",
    "hydra",
    "immunityweb",
    "inspath",
    "internet ninja",
    "internetmeasurement",
    "interact.sh",
    "jaascois",
    "jbrofuzz",
    "jorgee",
    "joomscan",
    "kiterunner",
    "katana",
    "l9explore",
    "l9tcpid",
    "l9scan",
    "leakix",
    "libredtail-http",
    "masscan",
    "massscan",
    "metis",
    "metasploit",
    "morfeus fucking scanner",
    "mysqloit",
    "n-stealth",
    "nessus",
    "netlab360",
    "netsparker",
    "netsystemsresearch",
    "nettacker",
    "nikto",
    "nimbostratus",
    "nmap",
    "nmap scripting engine",
    "nsauditor",
    "nuclei",
    "odin.",
    "openvas",
    "pangolin",
    "paros",
    "pmafind",
    "prog.customcrawler",
    "projectdiscovery",
    "qualys was",
    "qqgamehall",
    "rapid7",
    "revolt",
    "s.t.a.l.k.e.r.",
    "security scan",
    "shellshock-scan",
    "skipfish",
    "sn1per",
    "spaceclaw",
    "springenwerk",
    "sql power injector",
    "sqlmap",
    "sqlninja",
    "struts-pwn",
    "sysscan",
    "tbi-webscanner",
    "teh forest lobster",
    "this is an exploit",
    "toata dragostea",
    "tplmap",
    "uil2pn",
    "vega/",
    "vulnscan",
    "voideye",
    "w3af",
    "webbandit",
    "webcruiser",
    "webinspect",
    "webshag",
    "webtrends security analyzer",
    "webvulnscan",
    "wapiti",
    "whatweb",
    "whcc/",
    "wfuzz",
    "wordpress hash grabber",
    "wpscan",
    "wprecon",
    "wpxf",
    "xenu",
    "xrumer",
    "xsser",
    "xsstrike",
    "ysoserial",
    "zap/",
    "zaproxy",
    "zgrab",
    "zmeu",
    "zmap/",
    "zoomeye",
];

/// Words that a tool's name is part of.
const HARMLESS: &[&str] = &["urlgrabber", "ecairn-grabber", "xenu link sleuth", "revolt.chat", "parosnet"];

static TOOL_SET: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(TOOLS)
        .ok()
});

/// The tool named in `agent`, as this file spells it.
pub(in super::super) fn attack_tool(agent: &str) -> Option<&'static str> {
    let lower = agent.to_ascii_lowercase();
    let found = TOOL_SET.as_ref()?.find(&lower)?;
    if HARMLESS.iter().any(|harmless| lower.contains(harmless)) {
        return None;
    }
    TOOLS.get(found.pattern().as_usize()).map(|tool| tool.trim_matches(['/', '(', ')', '.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_named() {
        assert_eq!(attack_tool("sqlmap/1.8 (https://sqlmap.example)"), Some("sqlmap"));
        assert_eq!(attack_tool("Mozilla/5.0 zgrab/0.x"), Some("zgrab"));
        assert_eq!(attack_tool("Mozilla/5.0 (Hydra)"), Some("hydra"));
        assert_eq!(attack_tool("Nmap Scripting Engine"), Some("nmap scripting engine"));
    }

    #[test]
    fn clients_of_people_are_not() {
        for agent in [
            "Mozilla/5.0 (X11; Linux)",
            "curl/8.5",
            "Wget/1.21",
            "urlgrabber/3.10 yum/3.4.3",
            "python-requests/2.32",
            "-",
            "",
        ] {
            assert_eq!(attack_tool(agent), None, "{agent}");
        }
    }
}
