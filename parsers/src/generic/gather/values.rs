//! Values that say more than one thing: accounts with their domain, programs with their path, URLs, protocols, and words
//! that are a direction, an outcome or a decision.
//!
//! Promises: linear; slices of the value. Must not know: where values stood.

use schema::{Column, Outcome};

use super::super::kinds::{host_of, is_domain, is_method, is_number};
use super::Gathered;

use Column as C;

impl<'a> Gathered<'a> {
    /// `DOMAIN\user` is two things.
    pub(super) fn user(&mut self, column: Column, rank: u8, value: &'a str) {
        let is_word = [
            "failed",
            "failure",
            "success",
            "successful",
            "denied",
            "true",
            "false",
            "error",
            "yes",
            "no",
            "ok",
            "invalid",
        ]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(value));
        if value.starts_with("S-1-") {
            if column == C::UserName {
                self.set(C::UserId, rank, value);
            }
            return;
        }
        if is_word || value.len() > 320 || value.contains(['{', '\n']) {
            return;
        }
        match value.rsplit_once('\\').map(|(domain, user)| (domain.trim_matches('\\'), user)) {
            Some((domain, user)) if is_account(domain, user) => {
                self.set(column, rank, user);
                if column == C::UserName && !domain.is_empty() {
                    self.set(C::UserDomain, rank, domain);
                }
            }
            _ => self.set(column, rank, value),
        }
    }

    /// An account's id; what is neither number, GUID nor SID is its name as well.
    pub(super) fn user_id(&mut self, rank: u8, value: &'a str) {
        self.set(C::UserId, rank, value);
        let is_id = value.starts_with("S-1-")
            || value.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'{' | b'}'))
            || value.len() > 64
            || value.bytes().filter(u8::is_ascii_digit).count() >= 8;
        if !is_id {
            self.user(C::UserName, rank.saturating_add(64), value);
        }
    }

    /// A program by name or path.
    pub(super) fn program(&mut self, column: Column, rank: u8, value: &'a str) {
        let base = value.rsplit(['/', '\\']).next().unwrap_or(value);
        if base.len() == value.len() {
            let rank = if column == C::ProcessName { rank } else { rank.saturating_add(32) };
            self.set(C::ProcessName, rank, value);
        } else if !value.contains(" -") && !value.contains("\" ") {
            let weaker = if column == C::ProcessName { 16 } else { 0 };
            self.set(C::ProcessExecutable, rank.saturating_add(weaker), value);
            if !base.is_empty() {
                self.set(C::ProcessName, rank.saturating_add(32), base);
            }
        }
    }

    pub(super) fn protocol(&mut self, rank: u8, value: &'a str) {
        // `tcp/https`.
        if let Some((transport, protocol)) = value.split_once('/')
            && ["tcp", "udp"].iter().any(|name| name.eq_ignore_ascii_case(transport))
        {
            self.set(C::NetworkTransport, rank, transport);
            return self.protocol(rank, protocol);
        }
        let known = match value {
            "6" => "tcp",
            "17" => "udp",
            "1" => "icmp",
            "58" => "ipv6-icmp",
            "47" => "gre",
            "50" => "esp",
            _ => value,
        };
        if ["tcp", "udp", "icmp", "icmp6", "ipv6-icmp", "gre", "esp", "sctp", "igmp"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(known))
        {
            self.set(C::NetworkTransport, rank, known);
        } else if !is_number(value) && value.len() <= 32 {
            self.set(C::NetworkProtocol, rank, value);
        }
    }

    pub(super) fn domain(&mut self, rank: u8, value: &'a str) {
        let bare = match value.split_once("://") {
            Some((_, rest)) => rest.split(['/', '?']).next().unwrap_or(rest),
            None => value,
        };
        let host = host_of(bare);
        if !host.is_empty() && !host.contains([' ', '/']) && host.contains('.') {
            self.set(C::UrlDomain, rank, host);
        }
    }

    /// `https://host/path?query` or `/path?query`.
    pub(in crate::generic) fn url(&mut self, rank: u8, value: &'a str) {
        if value.contains(' ') && !value.starts_with('/') {
            return;
        }
        if is_domain(value) && !value.ends_with(".php") && !value.ends_with(".html") {
            self.set(C::UrlDomain, rank, value);
            return;
        }
        let path = match value.split_once("://") {
            Some((scheme, rest)) if scheme.len() <= 10 => {
                let slash = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, path) = rest.split_at_checked(slash).unwrap_or((rest, ""));
                let host = host_of(authority);
                if !host.is_empty() {
                    self.set(C::UrlDomain, rank, host);
                }
                path
            }
            _ if value.starts_with('/') => value,
            // `host/path`, as some proxies write it.
            _ => match value.split_once('/') {
                Some((host, _)) if is_domain(host_of(host)) => {
                    self.set(C::UrlDomain, rank, host_of(host));
                    value.get(host.len()..).unwrap_or_default()
                }
                _ => return,
            },
        };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        if !path.is_empty() {
            self.set(C::UrlPath, rank, path);
        }
        if !query.is_empty() {
            self.set(C::UrlQuery, rank, query);
        }
    }

    /// `GET /path HTTP/1.1`, or a bare method or URL.
    pub(in crate::generic) fn request(&mut self, rank: u8, value: &'a str) -> bool {
        let Some((method, rest)) = value.split_once(' ') else {
            if is_method(value) {
                self.set(C::HttpRequestMethod, rank, value);
            } else if value.starts_with('/') || value.contains("://") {
                self.url(rank, value);
            }
            return false;
        };
        if !is_method(method) {
            return false;
        }
        let target = rest.rsplit_once(" HTTP/").map_or(rest, |(target, _)| target);
        self.set(C::HttpRequestMethod, rank, method);
        if method.eq_ignore_ascii_case("CONNECT") {
            self.domain(rank, target);
        } else {
            self.url(rank, target);
        }
        true
    }

    pub(super) fn result(&mut self, rank: u8, value: &str) {
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
        let outcome = if is(&[
            "success",
            "successful",
            "succeeded",
            "succeed",
            "true",
            "passed",
            "successo",
            "riuscito",
            "ok",
            "positivo",
            "consentito",
            "granted",
        ]) {
            Outcome::Success
        } else if is(&[
            "failure",
            "failed",
            "fail",
            "false",
            "unsuccessful",
            "denied",
            "fallito",
            "fallita",
            "ko",
            "negativo",
            "negato",
            "errato",
            "errore",
            "error",
        ]) {
            Outcome::Failure
        } else {
            return;
        };
        if self.outcome.is_none_or(|(_, known)| rank < known) {
            self.outcome = Some((outcome, rank));
        }
    }

    pub(super) fn decided(&mut self, rank: u8, value: &str) {
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
        let is_allowed = if is(&[
            "allow",
            "allowed",
            "accept",
            "accepted",
            "pass",
            "passed",
            "permit",
            "permitted",
            "a",
        ]) {
            true
        } else if is(&[
            "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "refused", "d",
        ]) {
            false
        } else {
            return;
        };
        if self.verdict.is_none_or(|(_, known)| rank < known) {
            self.verdict = Some((is_allowed, rank));
        }
    }

    pub(super) fn direction(&mut self, rank: u8, value: &str) {
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
        let word = if is(&["in", "inbound", "ingress", "incoming"]) {
            "inbound"
        } else if is(&["out", "outbound", "egress", "outgoing"]) {
            "outbound"
        } else {
            return;
        };
        self.set(C::NetworkDirection, rank, word);
    }
}

/// True for the two parts of `DOMAIN\user`: a backslash may also protect a quote.
fn is_account(domain: &str, user: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b" ._-$@".contains(&byte);
    domain.bytes().all(is_name) && !user.is_empty() && !user.starts_with(['"', '\'']) && !user.contains('=')
}
