//! The SQL functions that judge a web request: one score a family of attacks, and the tool an agent names.
//!
//! Promises: each decodes by itself; a text that a batch holds many times (agents, referrers, the pages
//! everybody asks for) is judged once. Must not know: how a family is recognised (`request`).

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringViewArray};
use datafusion::common::Result;
use rustc_hash::FxHashMap;

use super::{Answer, Argument, Arguments, Function, request};

/// Judges each distinct text of a batch once.
fn judged(arguments: &Arguments<'_>, judge: fn(&str) -> f64) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let mut known: FxHashMap<&str, f64> = FxHashMap::default();
    let scores = texts.iter().map(|text| text.map(|text| *known.entry(text).or_insert_with(|| judge(text))));
    Ok(Arc::new(scores.collect::<Float64Array>()))
}

/// A score of a text.
const fn score(
    name: &'static str,
    signature: &'static str,
    meaning_en: &'static str,
    meaning_it: &'static str,
    example: &'static str,
    run: fn(&Arguments<'_>) -> Result<ArrayRef>,
) -> Function {
    Function {
        name,
        signature,
        meaning_en,
        meaning_it,
        example,
        arguments: &[Argument::Text],
        answer: Answer::Float,
        run,
    }
}

pub(super) const ATTACK_TOOL: Function = Function {
    name: "attack_tool",
    signature: "attack_tool(agent text) -> text",
    meaning_en: "The scanner or attack tool that a user agent says it is; null for any other client",
    meaning_it: "Lo scanner o lo strumento di attacco che lo user agent dichiara; null per ogni altro client",
    example: "attack_tool(user_agent_original)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| {
        let agents = arguments.texts(0)?;
        let tools = agents.iter().map(|agent| request::attack_tool(agent?));
        Ok(Arc::new(tools.collect::<StringViewArray>()))
    },
};

pub(super) const CODE: Function = score(
    "code_score",
    "code_score(text text) -> float",
    "How much a text looks like program text sent to be run (PHP, Java, JavaScript, Ruby, Python, serialised objects), 0 to 1",
    "Quanto un testo somiglia a codice inviato per essere eseguito (PHP, Java, JavaScript, Ruby, Python, oggetti serializzati), da 0 a 1",
    "code_score(url_query)",
    |arguments| judged(arguments, request::code_score),
);

pub(super) const COMMAND: Function = score(
    "command_score",
    "command_score(text text) -> float",
    "How much a text looks like a command for a Unix or Windows shell, 0 to 1",
    "Quanto un testo somiglia a un comando per una shell Unix o Windows, da 0 a 1",
    "command_score(url_query)",
    |arguments| judged(arguments, request::command_score),
);

pub(super) const INCLUSION: Function = score(
    "inclusion_score",
    "inclusion_score(text text) -> float",
    "How much a text looks like an address the server itself is meant to fetch (remote inclusion, forged requests), 0 to 1",
    "Quanto un testo somiglia a un indirizzo che deve scaricare il server stesso (inclusione remota, SSRF), da 0 a 1",
    "inclusion_score(url_query)",
    |arguments| judged(arguments, request::inclusion_score),
);

pub(super) const LDAP: Function = score(
    "ldap_score",
    "ldap_score(text text) -> float",
    "How much a text looks like an injection into an LDAP filter or an XPath, 0 to 1",
    "Quanto un testo somiglia a un'injection in un filtro LDAP o in un XPath, da 0 a 1",
    "ldap_score(url_query)",
    |arguments| judged(arguments, request::ldap_score),
);

pub(super) const PROTOCOL: Function = score(
    "protocol_score",
    "protocol_score(text text) -> float",
    "How much a request bends HTTP: line ends, null bytes, commands of other protocols, disguised methods, 0 to 1",
    "Quanto una richiesta forza HTTP: fine riga, byte nulli, comandi di altri protocolli, metodi mascherati, da 0 a 1",
    "protocol_score(url_query)",
    |arguments| judged(arguments, request::protocol_score),
);

pub(super) const SQLI: Function = score(
    "sqli_score",
    "sqli_score(text text) -> float",
    "How much a text looks like SQL injection, 0 to 1; 0.7 and over is hardly anything else. Decodes by itself",
    "Quanto un testo somiglia a una SQL injection, da 0 a 1; da 0,7 in su difficilmente è altro. Decodifica da sé",
    "sqli_score(url_query)",
    |arguments| judged(arguments, request::sqli_score),
);

pub(super) const TEMPLATE: Function = score(
    "template_score",
    "template_score(text text) -> float",
    "How much a text looks like an expression for a template engine to compute, 0 to 1",
    "Quanto un testo somiglia a un'espressione da far calcolare a un motore di template, da 0 a 1",
    "template_score(url_query)",
    |arguments| judged(arguments, request::template_score),
);

pub(super) const TRAVERSAL: Function = score(
    "traversal_score",
    "traversal_score(text text) -> float",
    "How much a request asks for files outside the site or not meant for visitors, 0 to 1",
    "Quanto una richiesta chiede file fuori dal sito o non destinati ai visitatori, da 0 a 1",
    "traversal_score(url_path)",
    |arguments| judged(arguments, request::traversal_score),
);

pub(super) const XSS: Function = score(
    "xss_score",
    "xss_score(text text) -> float",
    "How much a text looks like a script put into a page (cross-site scripting), 0 to 1",
    "Quanto un testo somiglia a uno script inserito in una pagina (cross-site scripting), da 0 a 1",
    "xss_score(url_query)",
    |arguments| judged(arguments, request::xss_score),
);
