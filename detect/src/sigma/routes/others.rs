//! Sigma's log sources of every product but Windows, in terms of class, action, format and program.
//!
//! A product that is not in the table is looked for among the formats and makers: `product: okta` sees the
//! events of formats of the family `okta`, and those whose observer is Okta. Its service is not
//! looked at, but for Zeek, whose logs are one format each.

use super::{ANYTHING, Clause, Route};

/// Formats of Linux hosts.
const LINUX: &[&str] = &[
    "openssh",
    "pam",
    "sudo",
    "su",
    "systemd",
    "cron",
    "kernel",
    "netfilter",
    "auditd",
    "user_admin",
    "plain",
];

/// Formats of proxies, whose requests are no web server's.
const PROXIES: &[&str] = &["squid"];

const PROCESS_START: &[Clause] = &[
    Clause { classes: &["process"], actions: &["process_start"], ..ANYTHING },
    Clause { formats: &["auditd"], ..ANYTHING },
];

const FILES: &[Clause] = &[Clause { classes: &["file"], ..ANYTHING }];
const NETWORK: &[Clause] = &[Clause { classes: &["network"], ..ANYTHING }];
const DNS: &[Clause] = &[Clause { classes: &["dns"], ..ANYTHING }];
const ON_LINUX: &[Clause] = &[Clause { formats: LINUX, ..ANYTHING }];

/// Errors that applications and their servers write.
const APPLICATION: &[Clause] = &[
    Clause { actions: &["web_error", "db_error"], ..ANYTHING },
    Clause { formats: &["tomcat", "java_log", "python_log", "php", "logfmt", "plain"], ..ANYTHING },
];

/// Log sources without product, or of product `linux`, by category.
const CATEGORIES: &[(&str, &[Clause])] = &[
    ("process_creation", PROCESS_START),
    ("file_event", FILES),
    ("file_create", FILES),
    ("file_delete", FILES),
    ("file_change", FILES),
    ("network_connection", NETWORK),
    ("firewall", NETWORK),
    ("dns", DNS),
    ("dns_query", DNS),
    ("webserver", &[Clause { classes: &["web"], not_formats: PROXIES, ..ANYTHING }]),
    ("proxy", &[Clause { classes: &["web"], formats: PROXIES, ..ANYTHING }]),
    ("database", &[Clause { classes: &["database"], ..ANYTHING }]),
    ("antivirus", &[Clause { actions: &["malware_detected", "protection_disabled"], ..ANYTHING }]),
    ("application", APPLICATION),
];

/// Services, whatever the product that is not in the tables.
const SERVICES: &[(&str, &[Clause])] = &[
    ("apache", &[Clause { classes: &["web"], formats: &["apache", "web_access"], ..ANYTHING }]),
    ("nginx", &[Clause { classes: &["web"], formats: &["nginx", "web_access"], ..ANYTHING }]),
    (
        "auditd",
        &[
            Clause { formats: &["auditd"], ..ANYTHING },
            Clause { programs: &["auditd", "audispd", "audisp-syslog"], ..ANYTHING },
        ],
    ),
    ("sshd", &[Clause { formats: &["openssh"], ..ANYTHING }, Clause { programs: &["sshd"], ..ANYTHING }]),
    ("sudo", &[Clause { formats: &["sudo"], ..ANYTHING }, Clause { programs: &["sudo"], ..ANYTHING }]),
    (
        "cron",
        &[
            Clause { formats: &["cron"], ..ANYTHING },
            Clause { programs: &["cron", "crond", "anacron", "crontab"], ..ANYTHING },
        ],
    ),
    ("auth", ON_LINUX),
    ("syslog", ON_LINUX),
    (
        "clamav",
        &[Clause { programs: &["clamd", "freshclam", "clamav", "clamscan", "clamav-daemon"], ..ANYTHING }],
    ),
    ("vsftpd", &[Clause { programs: &["vsftpd"], ..ANYTHING }]),
    ("guacamole", &[Clause { programs: &["guacd", "guacamole"], ..ANYTHING }]),
    (
        "modsecurity",
        &[Clause { formats: &["modsecurity"], ..ANYTHING }, Clause { actions: &["waf_block"], ..ANYTHING }],
    ),
];

/// Products of applications that have no format of their own: their errors stand in their servers' logs.
const FRAMEWORKS: &[&str] =
    &["sql", "jvm", "spring", "python", "django", "ruby_on_rails", "nodejs", "velocity", "php"];

/// Every clause of the tables.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    CATEGORIES.iter().chain(SERVICES).flat_map(|(_, clauses)| *clauses).chain(ON_LINUX)
}

/// The routes of a log source that is not Windows'.
pub(super) fn routes(product: Option<&str>, category: Option<&str>, service: Option<&str>) -> Vec<Route> {
    match product {
        None | Some("linux") => {}
        Some(framework) if FRAMEWORKS.contains(&framework) => return vec![Route::Others(APPLICATION)],
        Some("zeek") => return vec![Route::Product(format!("zeek_{}", service.unwrap_or_default()))],
        Some(product) => return vec![Route::Product(product.to_owned())],
    }
    let find = |table: &[(&str, &'static [Clause])], name: &str| {
        table.iter().find(|(known, _)| *known == name).map(|(_, clauses)| Route::Others(clauses))
    };
    match (service, category) {
        (Some(service), _) => find(SERVICES, service).into_iter().collect(),
        (None, Some(category)) => find(CATEGORIES, category).into_iter().collect(),
        (None, None) if product.is_some() => vec![Route::Others(ON_LINUX)],
        (None, None) => Vec::new(),
    }
}
