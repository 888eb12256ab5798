//! The commented file that `config init` writes.

/// A configuration that works as it is: the defaults, and the rest to uncomment.
pub const STARTER: &str = r#"# Campanile. Check it with `campanile config check`, see what holds with `campanile config show`.
# Controllare con `campanile config check`; i valori in vigore: `campanile config show`.

# Folder of journal, lake, alerts and state.
data_dir = "/var/lib/campanile"

# One table for each comune. / Una tabella per ogni comune.
[tenant.default]
name = "Comune di Esempio"
istat = "999999"           # ISTAT code, six digits
cosc = ""                  # police centre it reports to
timezone = "Europe/Rome"   # for devices that do not say theirs
# holidays = ["2026-12-07"]   # beside the national ones: the patron saint

# One [[source]] for each thing that sends logs. / Un [[source]] per ogni fonte.
# [[source]]
# name = "firewall"
# type = "syslog"
# listen = "tcp://127.0.0.1:5514"   # udp:// tcp:// tls:// unix:
# tenant = "default"
# format = "auto"                   # `campanile formats` lists them
# max_line = "64KiB"
# rate_limit = "off"                # or lines a second
# allow = ["127.0.0.0/8"]

[journal]
disk_budget = "20GiB"
sync = { bytes = "4MiB", interval = "5ms" }

[lake]
url = "data_dir"                    # or another folder
flush = { rows = 1_000_000, age = "30s" }

[originals]
age = "10m"                         # what was received is sealed after so long, or when there is much of it

[detect]
rules = ["builtin"]                 # and folders of your own
false_alarms_per_day = 1            # of a rule at a tenant, by the verdicts: `campanile rules budget`
# parameters = { AC-01 = { failures = 25 } }   # other values than the rules' own

# What detections know about the town, one CSV a list. / Che cosa sanno le regole del comune.
[lists]
# admins = "/etc/campanile/lists/admins.csv"   # columns: value, valid_from, valid_until

# [[job]]
# name = "nightly-hunt"
# schedule = "30 2 * * *"
# run = "scan"                      # scan | sql | report | retro-hunt
# since = "1d"
# rules = ["/etc/campanile/hunts"]  # scan, report: other rules than those of [detect]
# query = "select ..."              # sql
# list = "indicators"               # retro-hunt: one of [lists]
# severity = "medium"               # sql, retro-hunt: what is found is an alert

# [[deliver]]
# type = "webhook"
# url = "http://127.0.0.1:9000/alerts"
# min_severity = "high"

# [[deliver]]
# type = "email"
# url = "smtps://posta.comune.example:465"   # or smtp://host:587 for STARTTLS
# from = "campanile@comune.example"
# to = ["ced@comune.example"]
# user = "campanile"                # with secret, when the server asks who sends
# secret = { file = "/etc/campanile/mail.secret" }
# language = "it"                   # it | en
# min_severity = "high"

[http]
listen = "127.0.0.1:8514"

# For `campanile forward`: everything goes to another node. / Per `campanile forward`: tutto va a un altro nodo.
# [forward]
# to = "tls://raccolta.example:8515"   # its source of type campanile
# collector = "comune-di-esempio"      # this node's own name
# bandwidth = "off"                    # or bytes a second, as "1MiB"
# tls = { authorities = "ca.pem", certificate = "cert.pem", key = "key.pem" }
"#;
