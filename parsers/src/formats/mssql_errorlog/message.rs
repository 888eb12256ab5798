//! The sentences of SQL Server, by their opening words in English and Italian.
//!
//! Must not know: what stands before a sentence. Source: sys.messages (1033 and 1040).

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::{between, set_user};
use super::super::peer;
use crate::format::Unreadable;

/// Fills the columns of a sentence.
pub(super) fn fill(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    if let Some(rest) = strip(text, &["Login failed for user '", "Accesso non riuscito per l'utente '"]) {
        return refused(rest, event);
    }
    if let Some(rest) = strip(text, &["Login succeeded for user '", "Accesso riuscito per l'utente '"]) {
        return accepted(rest, event);
    }
    if handshake(text, event) || backup(text, event) || life(text, event) || setting(text, event) {
        return Ok(());
    }
    health(text, event);
    Ok(())
}

fn strip<'a>(text: &'a str, openings: &[&str]) -> Option<&'a str> {
    openings.iter().find_map(|opening| text.strip_prefix(opening))
}

/// The sentence and the address of `SENTENCE [CLIENT: ADDRESS]`.
fn client<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> Option<&'a str> {
    let (sentence, address) = text.rsplit_once(" [CLIENT: ")?;
    let address = address.trim_end_matches(['.', ' ']).strip_suffix(']')?;
    peer::set(event, address, "");
    Some(sentence)
}

/// `USER'. Reason: WHY [CLIENT: ADDRESS]`.
fn refused(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = client(rest, event).ok_or(Unreadable("expected USER, a reason and [CLIENT: ADDRESS]"))?;
    let cut = ["'. Reason: ", "'. Motivo: "].iter().find_map(|mark| rest.rsplit_once(mark));
    let (user, why) = cut.unwrap_or((rest.trim_end_matches(['.', '\'']), ""));
    set_user(event, user);
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.text(Column::EventCode, "18456");
    if let Some(database) = between(why, "database '", "'") {
        event.text_if_said(Column::DbName, database);
    }
    if !why.is_empty() {
        event.field("reason", reason(why));
    }
    Ok(())
}

/// One word for the reasons that are known, else the server's own.
fn reason(why: &str) -> &str {
    const KNOWN: &[(&str, &str)] = &[
        ("assword did not match", "wrong_credential"),
        ("password non corrisponde", "wrong_credential"),
        ("Could not find a login matching", "unknown_user"),
        ("mpossibile trovare un account di accesso", "unknown_user"),
        ("account is disabled", "account_disabled"),
        ("account è disabilitato", "account_disabled"),
        ("locked out", "account_locked"),
        ("account è bloccato", "account_locked"),
        ("has expired", "password_expired"),
        ("è scaduta", "password_expired"),
        ("must be changed", "password_expired"),
        ("atabase '", "unknown_database"),
        ("configured for Windows authentication only", "method_not_allowed"),
        ("configurato solo per l'autenticazione di Windows", "method_not_allowed"),
        ("server access validation failed", "not_allowed"),
    ];
    KNOWN.iter().find(|(words, _)| why.contains(words)).map_or(why, |(_, word)| word)
}

/// `USER'. Connection made using Windows authentication. [CLIENT: ADDRESS]`.
fn accepted(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = client(rest, event).ok_or(Unreadable("expected USER, a method and [CLIENT: ADDRESS]"))?;
    let (user, method) = rest.rsplit_once("'. ").unwrap_or((rest, ""));
    set_user(event, user);
    event.action(Action::Login);
    event.outcome(Outcome::Success);
    let is_windows = method.contains("Windows");
    event.text(Column::EventCode, if is_windows { "18453" } else { "18454" });
    event.field("auth_method", if is_windows { "windows" } else { "sql" });
    Ok(())
}

/// What is refused before a user is known.
fn handshake(text: &str, event: &mut EventBuilder<'_>) -> bool {
    const SENTENCES: &[(&str, Action, &str, &str)] = &[
        ("Login failed.", Action::Login, "18452", "untrusted_domain"),
        ("Accesso non riuscito.", Action::Login, "18452", "untrusted_domain"),
        ("SSPI handshake failed", Action::Login, "17806", "sspi_handshake"),
        ("Handshake SSPI non riuscito", Action::Login, "17806", "sspi_handshake"),
        ("Length specified in network packet", Action::DbConnect, "17836", "bad_packet"),
        ("The login packet used to open", Action::DbConnect, "17832", "bad_packet"),
        ("The prelogin packet used to open", Action::DbConnect, "17828", "bad_packet"),
        ("A fatal error occurred while reading the input stream", Action::DbConnect, "4014", "bad_packet"),
        ("Could not connect because the maximum number", Action::DbConnect, "17809", "too_many_connections"),
        ("An error occurred in a Service Broker", Action::DbConnect, "28046", "bad_packet"),
    ];
    let Some((_, action, code, why)) = SENTENCES.iter().find(|(opening, ..)| text.starts_with(opening))
    else {
        return false;
    };
    event.action(*action);
    event.outcome(Outcome::Failure);
    event.text(Column::EventCode, code);
    event.field("reason", why);
    let _ = client(text, event);
    true
}

/// Backups and restores; the name stands behind `Database: `, or behind the command that failed.
fn backup(text: &str, event: &mut EventBuilder<'_>) -> bool {
    const SENTENCES: &[(&str, Action, Outcome, &str)] = &[
        ("Database backed up.", Action::BackupEnd, Outcome::Success, "18264"),
        ("Backup del database eseguito.", Action::BackupEnd, Outcome::Success, "18264"),
        ("Log was backed up.", Action::BackupEnd, Outcome::Success, "18265"),
        ("Backup del log eseguito.", Action::BackupEnd, Outcome::Success, "18265"),
        ("Database differential changes were backed up.", Action::BackupEnd, Outcome::Success, "18270"),
        ("BACKUP failed to complete the command ", Action::BackupEnd, Outcome::Failure, "3041"),
        ("Impossibile completare il comando BACKUP ", Action::BackupEnd, Outcome::Failure, "3041"),
        ("BackupDiskFile::", Action::BackupEnd, Outcome::Failure, "18204"),
        ("Database was restored:", Action::Restore, Outcome::Success, "18267"),
        ("Log was restored.", Action::Restore, Outcome::Success, "18268"),
        ("Restore is complete on database '", Action::Restore, Outcome::Success, "18267"),
        ("RESTORE failed to complete the command ", Action::Restore, Outcome::Failure, "3041"),
    ];
    let Some((opening, action, outcome, code)) =
        SENTENCES.iter().find(|(opening, ..)| text.starts_with(opening))
    else {
        return false;
    };
    event.action(*action);
    event.outcome(*outcome);
    event.text(Column::EventCode, code);
    let rest = text.get(opening.len()..).unwrap_or_default();
    let name = if opening.ends_with('\'') {
        rest.split('\'').next().unwrap_or_default()
    } else if let Some((_, after)) = text.split_once("atabase: ") {
        after.split(", ").next().unwrap_or_default()
    } else {
        // `BACKUP DATABASE name WITH …. Check the backup application log`.
        let rest = rest.trim_start_matches("BACKUP ").trim_start_matches("RESTORE ");
        let rest = rest.trim_start_matches("DATABASE ").trim_start_matches("LOG ");
        if rest.len() == text.len() || opening.contains("::") {
            ""
        } else {
            rest.split([' ', '.']).next().unwrap_or_default()
        }
    };
    event.text_if_said(Column::DbName, name);
    if !name.is_empty() {
        event.field("job", name);
    }
    true
}

fn life(text: &str, event: &mut EventBuilder<'_>) -> bool {
    const SENTENCES: &[(&str, Action, Outcome)] = &[
        ("SQL Server is now ready for client connections", Action::ServiceStart, Outcome::Success),
        ("SQL Server è pronto per le connessioni client", Action::ServiceStart, Outcome::Success),
        ("SQL Server is terminating", Action::ServiceStop, Outcome::Success),
        ("SQL Server verrà arrestato", Action::ServiceStop, Outcome::Success),
        ("SQL Server shutdown has been initiated", Action::ServiceStop, Outcome::Success),
        ("SqlDumpExceptionHandler", Action::ServiceCrash, Outcome::Failure),
        ("* BEGIN STACK DUMP", Action::ServiceCrash, Outcome::Failure),
        ("SQL Server Assertion", Action::ServiceCrash, Outcome::Failure),
    ];
    let Some((_, action, outcome)) = SENTENCES.iter().find(|(opening, ..)| text.starts_with(opening)) else {
        return false;
    };
    event.action(*action);
    event.outcome(*outcome);
    event.text(Column::ServiceName, "mssql");
    true
}

/// Options, traces and audits that were changed.
fn setting(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let option = strip(text, &["Configuration option '", "L'opzione di configurazione '"]);
    if let Some((name, rest)) = option.and_then(|rest| rest.split_once('\'')) {
        event.action(Action::ConfigChange);
        event.outcome(Outcome::Success);
        event.text(Column::EventCode, "15457");
        event.field("cfg_path", name);
        let mut numbers = rest.split([' ', '.']).filter(|word| peer::is_digits(word.trim_start_matches('-')));
        if let (Some(old), Some(new)) = (numbers.next(), numbers.next()) {
            event.field("old", old);
            event.field("new", new);
        }
        return true;
    }
    if let Some((name, rest)) =
        text.strip_prefix("Setting database option ").and_then(|rest| rest.split_once(' '))
    {
        event.action(Action::ConfigChange);
        event.outcome(Outcome::Success);
        event.text(Column::EventCode, "5084");
        event.field("cfg_path", name);
        event.text_if_said(Column::DbName, between(rest, "database '", "'").unwrap_or(""));
        return true;
    }
    if text.starts_with("SQL Trace stopped")
        || text.starts_with("Audit: Server Audit") && text.contains("to: STOPPED")
    {
        event.action(Action::AuditDisable);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, between(text, "Login Name = '", "'").unwrap_or(""));
        event.field("changed", if text.starts_with("SQL Trace") { "trace" } else { "server audit" });
        return true;
    }
    false
}

/// Disks, logs and consistency.
fn health(text: &str, event: &mut EventBuilder<'_>) {
    const SENTENCES: &[(&str, &str, &str)] = &[
        ("The transaction log for database '", "9002", "log_full"),
        ("Il log delle transazioni per il database '", "9002", "log_full"),
        ("Could not allocate space for object", "1105", "disk"),
        ("Impossibile allocare spazio per l'oggetto", "1105", "disk"),
        ("SQL Server detected a logical consistency-based I/O error", "824", "consistency"),
        ("The operating system returned error", "823", "disk"),
        ("SQL Server has encountered ", "833", "slow_io"),
    ];
    if let Some((_, code, metric)) = SENTENCES.iter().find(|(opening, ..)| text.starts_with(opening)) {
        if *code == "833" && !text.contains("I/O requests taking longer") {
            return;
        }
        event.action(Action::HealthChange);
        event.outcome(Outcome::Failure);
        event.text(Column::EventCode, code);
        event.field("metric", metric);
        event.field("state", if *code == "833" { "warning" } else { "critical" });
        event.text_if_said(Column::DbName, between(text, "database '", "'").unwrap_or(""));
        return;
    }
    if text.starts_with("DBCC CHECKDB (") {
        let is_clean = text.contains(" found 0 errors");
        event.action(Action::HealthChange);
        event.outcome(Outcome::of(is_clean));
        event.field("metric", "consistency");
        event.field("state", if is_clean { "ok" } else { "critical" });
        event.text_if_said(Column::DbName, between(text, "DBCC CHECKDB (", ")").unwrap_or(""));
        return;
    }
    if let Some(rest) = text.strip_prefix("Cannot open database \"") {
        event.action(Action::DbConnect);
        event.outcome(Outcome::Failure);
        event.text(Column::EventCode, "4060");
        event.text_if_said(Column::DbName, rest.split('"').next().unwrap_or_default());
        let _ = client(text, event);
    }
}
