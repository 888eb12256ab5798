//! The columns of the event table: one list from which the Arrow schema, the documentation, the
//! SQL names and the row builder are made.
//!
//! Promises: names are ECS's with dots as underscores; columns are only ever added.
//! Must not know: who fills or reads them.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `Timestamp(µs, UTC)`.
    Time,
    /// `Int64`.
    Int,
    /// `Utf8View`.
    Text,
}

impl Kind {
    /// The Arrow type of such a column.
    pub fn data_type(self) -> DataType {
        match self {
            Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Int => DataType::Int64,
            Kind::Text => DataType::Utf8View,
        }
    }
}

macro_rules! columns {
    ($($variant:ident $name:literal $kind:ident $group:literal $en:literal $it:literal;)*) => {
        /// One column of the event table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Column {
            $(#[doc = $en] $variant,)*
        }

        impl Column {
            /// Every column, in table order.
            pub const ALL: &'static [Column] = &[$(Column::$variant,)*];

            /// The name in SQL and in every output.
            pub const fn name(self) -> &'static str {
                match self { $(Column::$variant => $name,)* }
            }

            /// How the column is stored.
            pub const fn kind(self) -> Kind {
                match self { $(Column::$variant => Kind::$kind,)* }
            }

            /// The part of the table it belongs to.
            pub const fn group(self) -> &'static str {
                match self { $(Column::$variant => $group,)* }
            }

            /// What it holds: (English, Italian).
            pub const fn meaning(self) -> (&'static str, &'static str) {
                match self { $(Column::$variant => ($en, $it),)* }
            }
        }
    };
}

columns! {
    Collector "collector" Text "identity" "First collector that received the event; a file's path in file mode" "Primo collettore che ha ricevuto l'evento; il percorso del file nella modalità file";
    Seq "seq" Int "identity" "Number of the event's first frame within the collector; a file's line" "Numero del primo frame dell'evento nel collettore; la riga nel file";
    Sub "sub" Int "identity" "Index of the event within its frame, 0 unless a frame holds many" "Indice dell'evento nel frame, 0 se il frame ne contiene uno solo";
    Tenant "tenant" Text "identity" "Comune or body the event belongs to" "Comune o ente a cui appartiene l'evento";
    Source "source" Text "identity" "Configured source that delivered it" "Sorgente configurata che lo ha consegnato";
    Format "format" Text "identity" "Format that read the payload; plain when none knew it" "Formato che ha letto il contenuto; plain se nessuno lo riconosce";
    ParserVersion "parser_version" Text "identity" "Version of the parsers that made the event" "Versione dei parser che hanno prodotto l'evento";
    Timestamp "timestamp" Time "time" "When it happened, by the device; receive time when the device said nothing" "Quando è accaduto, secondo l'apparato; l'ora di ricezione se l'apparato tace";
    EventIngested "event_ingested" Time "time" "When the first collector received it" "Quando il primo collettore lo ha ricevuto";
    TimeGuess "time_guess" Text "time" "Why the time is partly guessed: year, zone, ambiguous, missing, future; null when the device said it all" "Perché l'ora è in parte dedotta: year, zone, ambiguous, missing, future; nullo se l'apparato dice tutto";
    EventCount "event_count" Int "kind" "How many events the row stands for, 1 or what an aggregating line says" "Quanti eventi rappresenta la riga: 1, o quanto dichiara una riga aggregata";
    Class "class" Text "kind" "authentication process network web database file email dns configuration service other" "Classe dell'evento";
    EventAction "event_action" Text "kind" "What was done, one word of the taxonomy" "Che cosa è stato fatto, una parola della tassonomia";
    EventOutcome "event_outcome" Text "kind" "success, failure or unknown" "success, failure o unknown";
    EventCode "event_code" Text "kind" "The vendor's own code: Windows event id, SQLSTATE, ASA number" "Codice del produttore: id evento Windows, SQLSTATE, numero ASA";
    EventProvider "event_provider" Text "kind" "The vendor's name of the component that wrote it" "Componente che lo ha scritto, nel nome del produttore";
    LogLevel "log_level" Text "kind" "Level as the application wrote it" "Livello scritto dall'applicazione";
    SyslogFacility "syslog_facility" Int "kind" "Syslog facility, 0 to 23 (RFC 5424)" "Facility syslog, da 0 a 23 (RFC 5424)";
    SyslogSeverity "syslog_severity" Int "kind" "Syslog severity, 0 to 7 (RFC 5424)" "Severità syslog, da 0 a 7 (RFC 5424)";
    HostName "host_name" Text "who and where" "Host on which it happened" "Host su cui è accaduto";
    HostIp "host_ip" Text "who and where" "Address of that host" "Indirizzo di quell'host";
    ProcessName "process_name" Text "who and where" "Program that acted or wrote the line" "Programma che ha agito o scritto la riga";
    ProcessPid "process_pid" Int "who and where" "Its process id" "Il suo id di processo";
    ProcessExecutable "process_executable" Text "who and where" "Full path of the program" "Percorso completo del programma";
    ProcessCommandLine "process_command_line" Text "who and where" "Command line" "Riga di comando";
    ProcessParentExecutable "process_parent_executable" Text "who and where" "Full path of the parent program" "Percorso del programma padre";
    ServiceName "service_name" Text "who and where" "Service, job or application concerned" "Servizio, lavoro o applicazione interessata";
    UserName "user_name" Text "who and where" "Account that acted" "Account che ha agito";
    UserDomain "user_domain" Text "who and where" "Domain or realm of that account" "Dominio o realm dell'account";
    UserId "user_id" Text "who and where" "SID, uid or other id of that account" "SID, uid o altro id dell'account";
    UserTargetName "user_target_name" Text "who and where" "Account acted upon" "Account su cui si è agito";
    GroupName "group_name" Text "who and where" "Group or role concerned" "Gruppo o ruolo interessato";
    SourceIp "source_ip" Text "who and where" "Address the action came from, canonical form" "Indirizzo di provenienza, in forma canonica";
    SourcePort "source_port" Int "who and where" "Port it came from" "Porta di provenienza";
    SourceMac "source_mac" Text "who and where" "Hardware address it came from" "Indirizzo hardware di provenienza";
    SourceBytes "source_bytes" Int "who and where" "Bytes sent by the source" "Byte inviati dalla sorgente";
    DestinationIp "destination_ip" Text "who and where" "Address it went to, canonical form" "Indirizzo di destinazione, in forma canonica";
    DestinationPort "destination_port" Int "who and where" "Port it went to" "Porta di destinazione";
    DestinationDomain "destination_domain" Text "who and where" "Name it went to" "Nome di destinazione";
    DestinationBytes "destination_bytes" Int "who and where" "Bytes sent by the destination" "Byte inviati dalla destinazione";
    NetworkTransport "network_transport" Text "who and where" "tcp, udp, icmp..." "tcp, udp, icmp...";
    NetworkProtocol "network_protocol" Text "who and where" "Application protocol" "Protocollo applicativo";
    NetworkDirection "network_direction" Text "who and where" "inbound, outbound or internal" "inbound, outbound o internal";
    ObserverVendor "observer_vendor" Text "who and where" "Maker of the device that reported it" "Produttore dell'apparato che lo riferisce";
    ObserverProduct "observer_product" Text "who and where" "Product that reported it" "Prodotto che lo riferisce";
    ObserverIngress "observer_ingress" Text "who and where" "Interface or zone it entered by" "Interfaccia o zona d'ingresso";
    ObserverEgress "observer_egress" Text "who and where" "Interface or zone it left by" "Interfaccia o zona d'uscita";
    HttpRequestMethod "http_request_method" Text "web" "HTTP method" "Metodo HTTP";
    HttpResponseStatusCode "http_response_status_code" Int "web" "HTTP status" "Stato HTTP";
    HttpResponseBodyBytes "http_response_body_bytes" Int "web" "Size of the response body" "Dimensione della risposta";
    HttpRequestReferrer "http_request_referrer" Text "web" "Referrer; null when the client sent none" "Referrer; nullo se il client non lo invia";
    UrlPath "url_path" Text "web" "Path of the request, as received" "Percorso della richiesta, come ricevuto";
    UrlQuery "url_query" Text "web" "Query string without the question mark, as received" "Query senza punto interrogativo, come ricevuta";
    UrlDomain "url_domain" Text "web" "Host name asked for" "Nome dell'host richiesto";
    UserAgentOriginal "user_agent_original" Text "web" "User agent as sent" "User agent come inviato";
    TlsVersion "tls_version" Text "web" "TLS version of the connection" "Versione TLS della connessione";
    DnsQuestionName "dns_question_name" Text "others" "Name asked for" "Nome richiesto";
    DnsQuestionType "dns_question_type" Text "others" "Type asked for" "Tipo richiesto";
    FilePath "file_path" Text "others" "File concerned" "File interessato";
    FileHashSha256 "file_hash_sha256" Text "others" "SHA-256 of the file" "SHA-256 del file";
    RuleId "rule_id" Text "others" "Rule of the device that decided" "Regola dell'apparato che ha deciso";
    RuleName "rule_name" Text "others" "Its name, a signature or a threat" "Il suo nome, una firma o una minaccia";
    DbName "db_name" Text "others" "Database" "Base dati";
    DbStatement "db_statement" Text "others" "Statement as logged" "Istruzione come registrata";
    DbRows "db_rows" Int "others" "Rows read or changed" "Righe lette o modificate";
    EmailFrom "email_from" Text "others" "Sender" "Mittente";
    EmailTo "email_to" Text "others" "Recipients, separated by comma" "Destinatari, separati da virgola";
    EmailSubject "email_subject" Text "others" "Subject" "Oggetto";
    EmailMessageId "email_message_id" Text "others" "Message id" "Id del messaggio";
    SubjectRef "subject_ref" Text "others" "The citizen a record was about, pseudonymised" "Il cittadino a cui si riferisce il dato, pseudonimizzato";
    Message "message" Text "text" "The payload as received" "Il contenuto come ricevuto";
    ParseError "parse_error" Text "text" "Why the payload could not be read whole" "Perché il contenuto non è stato letto per intero";
}

impl Column {
    /// Position in the table.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The column of that name.
    pub fn by_name(name: &str) -> Option<Column> {
        Column::ALL.iter().copied().find(|column| column.name() == name)
    }

    /// True when such a number may stand in the column: a port has two bytes, and an event stands for itself at least
    /// and for no more than a sum of counts can bear.
    pub const fn holds(self, number: i64) -> bool {
        match self {
            Column::SourcePort | Column::DestinationPort => 0 <= number && number <= u16::MAX as i64,
            Column::EventCount => 0 < number && number <= u32::MAX as i64,
            _ => true,
        }
    }

    /// True for the columns every event has.
    pub const fn is_mandatory(self) -> bool {
        matches!(
            self,
            Column::Timestamp
                | Column::EventIngested
                | Column::Collector
                | Column::Seq
                | Column::Sub
                | Column::Tenant
                | Column::Source
                | Column::Format
                | Column::ParserVersion
                | Column::Class
                | Column::EventCount
        )
    }
}

/// Name of the map of all that has no column, `Map<Utf8, Utf8>` at the table's edge.
pub const FIELDS: &str = "fields";

static BATCH_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let fields = Column::ALL
        .iter()
        .map(|column| Field::new(column.name(), column.kind().data_type(), !column.is_mandatory()))
        .collect::<Vec<_>>();
    Arc::new(Schema::new(fields))
});

/// Arrow schema of the columns without [`FIELDS`], in table order.
pub fn batch_schema() -> SchemaRef {
    Arc::clone(&BATCH_SCHEMA)
}

/// The Arrow field of [`FIELDS`] as SQL and the lake see it.
pub fn fields_field() -> Field {
    let entry = Field::new(
        "key_value",
        DataType::Struct(
            vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Utf8, true)].into(),
        ),
        false,
    );
    Field::new(FIELDS, DataType::Map(Arc::new(entry), false), true)
}

static TABLE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields: Vec<Arc<Field>> = BATCH_SCHEMA.fields().iter().cloned().collect();
    fields.push(Arc::new(fields_field()));
    Arc::new(Schema::new(fields))
});

/// Arrow schema of the whole event table, [`FIELDS`] last.
pub fn table_schema() -> SchemaRef {
    Arc::clone(&TABLE_SCHEMA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_column_and_position() {
        for (position, column) in Column::ALL.iter().enumerate() {
            assert_eq!(column.index(), position);
            assert_eq!(Column::by_name(column.name()), Some(*column));
        }
        assert_eq!(batch_schema().fields().len(), Column::ALL.len());
    }
}
