-- Each verdict that was ever given; the last one on an alert holds.
CREATE TABLE verdicts (
    number    INTEGER PRIMARY KEY,
    alert     TEXT NOT NULL,
    verdict   TEXT NOT NULL CHECK (verdict IN ('true', 'false', 'expected')),
    judged_by TEXT NOT NULL,
    judged_us INTEGER NOT NULL, -- µs since 1970 UTC
    note      TEXT
) STRICT;
CREATE INDEX verdicts_of_alert ON verdicts (alert, number);
