//! `campanile rules new`: a rule to start from, which passes its own tests.

use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

/// Arguments of `rules new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Its id, never used before: letters, a dash, a number.
    id: String,
}

const TEMPLATE: &str = r#"/*---
id = "{id}"
title.en = "Many failed logins from one address"
title.it = "Molti accessi non riusciti da un indirizzo"
description.en = "What it catches, in one or two sentences."
description.it = "Che cosa segnala, in una o due frasi."
severity = "medium"                 # info low medium high critical
family = "both"                     # continuity, database or both
window = "10m"                      # exact trailing window; leave out for a rule without GROUP BY
attack = ["T1110.001"]
acn_class = "Accesso non autorizzato / IS-4"
requires = { classes = ["authentication"], columns = ["source_ip"] }
false_positives = ["a device with an old password"]
false_positives_it = ["un dispositivo con una vecchia password"]
response_it = ["1. Verificare chi usa l'indirizzo.", "2. Bloccarlo sul firewall se non è noto."]
[param]
failures = 20                       # $failures in the SQL

[[test]]
name = "twenty failures in ten minutes ring"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]                       # lines as a device sends them; {rfc3164} is the time, {n} counts
text = '<86>{rfc3164} portale sshd[2{n}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
count = 25
every = "10s"

[[test]]
name = "a few failures stay silent"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
count = 5
every = "10s"
---*/
SELECT source_ip, sum(event_count) AS failures, count(DISTINCT user_name) AS users
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome = 'failure'
  AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING sum(event_count) >= $failures
"#;

/// Prints the rule.
pub fn run(args: &NewArgs, terminal: &Terminal) -> Result<Exit> {
    let is_id = args.id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if args.id.is_empty() || !is_id {
        let message = format!("`{}` cannot be the id of a rule", args.id);
        return Err(Failure::usage_text(message, "use letters, digits and dashes, as LOCAL-01"));
    }
    super::show::print(&template(&args.id), terminal)
}

pub fn template(id: &str) -> String {
    TEMPLATE.replace("{id}", id)
}

#[cfg(test)]
mod tests {
    use detect::Rule;
    use detect::rule::Origin;

    use super::*;

    #[test]
    fn the_new_rule_is_read_without_fault_and_has_both_kinds_of_test() {
        let rule = Rule::parse("new.sql", &template("LOCAL-01"), Origin::File).unwrap();
        assert_eq!(rule.id, "LOCAL-01");
        assert!(rule.tests.iter().any(|test| test.alerts.is_empty()));
        assert!(rule.tests.iter().any(|test| !test.alerts.is_empty()));
    }
}
