//! What events say about a town: which accounts, addresses and names could stand on its lists.
//!
//! Each list that can be learnt is a question to the table `events`: what is done habitually by those who belong on it. What
//! comes out is for a person to read: an attacker who has been here for long does things habitually too.
//!
//! Must not know: where events are, how proposals are shown.

/// A list that can be learnt.
#[derive(Debug)]
pub struct Learnable {
    /// Its name in the rules.
    pub list: &'static str,
    /// The list that it is learnt from, beside events.
    pub from: Option<&'static str>,
    /// What its values were seen doing, English.
    pub seen_en: &'static str,
    /// The same, Italian.
    pub seen_it: &'static str,
    /// What would stand on the list.
    value: &'static str,
    /// Which events speak of it.
    condition: &'static str,
    /// What is counted beside days and events.
    counted: &'static str,
    /// From when on it is a habit, by `days`, `events`, `others` and `last`; `{end}` is the time of the last event of all.
    habit: &'static str,
}

/// Accounts that are the system's own.
const IS_PERSON_OR_PROGRAM: &str = "user_name NOT LIKE '%$' AND lower(user_name) NOT IN \
    ('system', 'local service', 'network service', 'anonymous logon', '-', '')";

/// All that can be learnt, by name.
pub static ALL: &[Learnable] = &[
    Learnable {
        list: "admin_hosts",
        from: Some("admins"),
        seen_en: "administrators (of the list admins) logged in from it",
        seen_it: "da qui accedono gli amministratori (dell'elenco admins)",
        value: "source_ip",
        condition: "event_action = 'login' AND event_outcome = 'success' AND is_private_ip(source_ip) \
            AND source_ip NOT IN ('127.0.0.1', '::1') AND in_list(user_name, 'admins', timestamp)",
        counted: "lower(user_name)",
        habit: "days >= 2",
    },
    Learnable {
        list: "admins",
        from: None,
        seen_en: "used the rights of an administrator",
        seen_it: "ha usato diritti di amministratore",
        value: "lower(user_name)",
        condition: "event_action = 'privilege_use' AND event_outcome = 'success'",
        counted: "host_name",
        habit: "days >= 2",
    },
    Learnable {
        list: "backup_accounts",
        from: None,
        seen_en: "ran backups",
        seen_it: "ha eseguito backup",
        value: "lower(user_name)",
        condition: "event_action IN ('backup_start', 'backup_end', 'snapshot_delete')",
        counted: "host_name",
        habit: "days >= 2",
    },
    Learnable {
        list: "bulk_batches",
        from: None,
        seen_en: "sent mail to many",
        seen_it: "ha scritto a molti destinatari",
        value: "lower(email_from)",
        condition: "event_action IN ('mail_sent', 'pec_event')",
        counted: "email_to",
        habit: "days >= 2 AND others >= 50",
    },
    Learnable {
        list: "directory_sync_accounts",
        from: None,
        seen_en: "copied the directory's secrets, as what synchronises it does",
        seen_it: "ha copiato i segreti della directory, come fa chi la sincronizza",
        value: "lower(user_name)",
        condition: "event_code = '4662' AND regexp_like(fields['Properties'], '(1131f6aa|1131f6ad|89e95b76)', 'i')",
        counted: "host_name",
        habit: "days >= 3",
    },
    Learnable {
        list: "dns_heavy_domains",
        from: None,
        seen_en: "was asked for very many names",
        seen_it: "è stato interrogato per moltissimi nomi",
        value: "registrable_domain(dns_question_name)",
        condition: "event_action = 'dns_query'",
        counted: "dns_question_name",
        habit: "days >= 3 AND others >= 100",
    },
    Learnable {
        list: "dormant_accounts",
        from: None,
        seen_en: "has not logged in for sixty days, and did before",
        seen_it: "non accede da sessanta giorni, e prima accedeva",
        value: "lower(user_name)",
        condition: "event_action = 'login' AND event_outcome = 'success'",
        counted: "host_name",
        habit: "last < {end} - INTERVAL '60 days'",
    },
    Learnable {
        list: "editors",
        from: None,
        seen_en: "changed what the site says",
        seen_it: "ha modificato i contenuti del sito",
        value: "lower(user_name)",
        condition: "event_action = 'cms_change' AND coalesce(event_outcome, '') <> 'failure'",
        counted: "host_name",
        habit: "days >= 2",
    },
    Learnable {
        list: "known_crawlers",
        from: None,
        seen_en: "read the site and says it is a search engine: look its name up backwards before you believe it",
        seen_it: "legge il sito e si dice un motore di ricerca: verificare il nome inverso prima di crederle",
        value: "source_ip",
        condition: "event_action = 'http_request' AND NOT is_private_ip(source_ip) \
            AND regexp_like(user_agent_original, '(bot|crawler|spider|slurp)', 'i')",
        counted: "url_path",
        habit: "days >= 2 AND others >= 20",
    },
    Learnable {
        list: "known_destinations",
        from: None,
        seen_en: "machines from inside connect to it day by day",
        seen_it: "macchine interne vi si collegano ogni giorno",
        value: "destination_ip",
        condition: "event_action IN ('connection_allowed', 'connection_closed') AND is_private_ip(source_ip) \
            AND NOT is_private_ip(destination_ip)",
        counted: "source_ip",
        habit: "days >= 5",
    },
    Learnable {
        list: "known_devices",
        from: None,
        seen_en: "was given an address",
        seen_it: "ha ricevuto un indirizzo",
        value: "source_mac",
        condition: "event_action = 'dhcp_lease'",
        counted: "source_ip",
        habit: "days >= 2",
    },
    Learnable {
        list: "known_scanners",
        from: None,
        seen_en: "looks at very many ports or machines, from inside, on several days",
        seen_it: "guarda moltissime porte o macchine, dall'interno, in più giorni",
        value: "source_ip",
        condition: "event_action IN ('connection_allowed', 'connection_denied') AND is_private_ip(source_ip)",
        counted: "destination_ip || ':' || destination_port",
        habit: "days >= 3 AND others >= 200",
    },
    Learnable {
        list: "mail_gateways",
        from: None,
        seen_en: "from inside, hands over mail of many senders",
        seen_it: "dall'interno, consegna posta di molti mittenti",
        value: "source_ip",
        condition: "event_action IN ('mail_sent', 'mail_received') AND is_private_ip(source_ip) \
            AND source_ip NOT IN ('127.0.0.1', '::1')",
        counted: "lower(split_part(email_from, '@', 2))",
        habit: "days >= 2 AND others >= 10",
    },
    Learnable {
        list: "own_domains",
        from: None,
        seen_en: "sends our mail to outside",
        seen_it: "spedisce la nostra posta all'esterno",
        value: "lower(nullif(split_part(email_from, '@', 2), ''))",
        condition: "event_action = 'mail_sent'",
        counted: "lower(email_from)",
        habit: "days >= 2 AND others >= 3",
    },
    Learnable {
        list: "planned_batches",
        from: None,
        seen_en: "calls a national base day by day",
        seen_it: "interroga una banca dati nazionale ogni giorno",
        value: "service_name",
        condition: "event_action = 'api_call'",
        counted: "date_part('hour', timestamp)",
        habit: "days >= 5",
    },
    Learnable {
        list: "secondaries",
        from: None,
        seen_en: "transferred a zone",
        seen_it: "ha trasferito una zona",
        value: "source_ip",
        condition: "event_action = 'dns_zone_transfer' AND coalesce(event_outcome, '') <> 'failure'",
        counted: "dns_question_name",
        habit: "days >= 2",
    },
    Learnable {
        list: "servers",
        from: None,
        seen_en: "several people log in on it",
        seen_it: "vi accedono più persone",
        value: "host_name",
        condition: "event_action = 'login' AND event_outcome = 'success'",
        counted: "lower(user_name)",
        habit: "days >= 2 AND others >= 5",
    },
    Learnable {
        list: "service_accounts",
        from: None,
        seen_en: "logs in at nearly every hour of the day, as no person does",
        seen_it: "accede a quasi ogni ora del giorno, come nessuna persona",
        value: "lower(user_name)",
        condition: "event_action = 'login' AND event_outcome = 'success'",
        counted: "date_part('hour', timestamp)",
        habit: "days >= 3 AND others >= 20",
    },
    Learnable {
        list: "shared_nat",
        from: None,
        seen_en: "many people log in from it, from outside",
        seen_it: "vi accedono molte persone, dall'esterno",
        value: "source_ip",
        condition: "event_action IN ('login', 'federated_login') AND event_outcome = 'success' \
            AND NOT is_private_ip(source_ip)",
        counted: "lower(user_name)",
        habit: "days >= 2 AND others >= 5",
    },
];

impl Learnable {
    /// The question, over the last `days` days with events: `value`, `days`, `events`, `others`, `first`, `last`, the most
    /// habitual first.
    pub fn query(&self, days: u32) -> String {
        let Learnable { value, condition, counted, habit, .. } = self;
        let is_account = value.contains("user_name") || counted.contains("user_name");
        let accounts = if is_account { format!("AND {IS_PERSON_OR_PROGRAM}") } else { String::new() };
        let habit = habit.replace("{end}", "(SELECT max(timestamp) FROM events)");
        format!(
            "SELECT value, count(DISTINCT date_trunc('day', timestamp)) AS days, sum(event_count) AS events, \
             count(DISTINCT other) AS others, min(timestamp) AS first, max(timestamp) AS last \
             FROM (SELECT {value} AS value, {counted} AS other, timestamp, event_count FROM events \
             WHERE {condition} {accounts} AND timestamp >= (SELECT min(day) FROM \
             (SELECT DISTINCT date_trunc('day', timestamp) AS day FROM events ORDER BY day DESC LIMIT {days}))) \
             WHERE value IS NOT NULL GROUP BY value HAVING {habit} ORDER BY days DESC, events DESC, value"
        )
    }
}

/// What can be learnt of a list.
pub fn by_name(list: &str) -> Option<&'static Learnable> {
    ALL.iter().find(|learnable| learnable.list == list)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use datafusion::datasource::empty::EmptyTable;

    use super::*;
    use crate::context::Context;
    use crate::{functions, pack};

    #[test]
    fn what_can_be_learnt_is_asked_for_by_rules_and_can_be_asked() {
        assert!(ALL.windows(2).all(|pair| pair[0].list < pair[1].list));
        let (rules, _) = pack::builtin();
        let asked: BTreeSet<&str> =
            rules.iter().flat_map(|rule| rule.lists.keys().map(String::as_str)).collect();
        let session = functions::session(&Context::default()).unwrap();
        session.register_table("events", Arc::new(EmptyTable::new(schema::columns::table_schema()))).unwrap();
        for learnable in ALL {
            assert!(asked.contains(learnable.list), "no rule asks for {}", learnable.list);
            let query = learnable.query(30);
            futures::executor::block_on(session.sql(&query))
                .unwrap_or_else(|error| panic!("{query}: {error}"));
        }
    }
}
