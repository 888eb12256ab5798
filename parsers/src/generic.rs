//! What can be read of a payload that no format knows: JSON members, pairs, tables, sentences, moments.
//!
//! Promises: a column is filled only where a name, a word or a shape says what it is; the format stays `plain`;
//! linear in the payload. Must not know: any product.

mod gather;
mod kinds;
mod marks;
mod members;
mod names;
mod pairs;
mod prose;
mod signs;
mod stamps;
mod survey;
mod table;
mod tokens;
mod wording;
mod words;

use schema::EventBuilder;

use crate::format::Payload;
use crate::json::Scratch;
use gather::Gathered;
use members::Prose;

/// What is found in a sentence inside JSON counts less than the members around it.
const INNER: u8 = 56;
/// What a moment at the head of a line counts: more than any key.
const HEAD: u8 = 0;
/// A moment somewhere in the head.
const NEAR_HEAD: u8 = 72;

/// Fills the open event from the payload's generic shape.
pub(crate) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let text = payload.text;
    let mut scratch = Scratch::default();
    let mut out = Gathered::new(wants_moment(payload, event));
    let mut prose = Prose::default();
    if let Some(json) = payload.json {
        let inner = members_in_text(*json).and_then(|text| scratch.read(text));
        members::read(*json, &mut out, &mut prose, event);
        if let Some(inner) = inner {
            members::read(inner, &mut out, &mut prose, event);
        }
        inner_sentences(&prose, &mut out);
        out.write(payload, event);
        return;
    }
    if let Some(header) = payload.first_line
        && table::read(header, text, &mut out, event)
    {
        out.write(payload, event);
        return;
    }
    if out.wants_moment()
        && let Some((moment, at)) = stamps::in_head(text)
    {
        out.moment(moment, if at <= 40 { HEAD } else { NEAR_HEAD });
    }
    // `text {"key":"value"}`: the object must reach to the end.
    let braces = || memchr::memchr_iter(b'{', text.as_bytes());
    let opening = braces().find(|at| text.as_bytes().get(at + 1) == Some(&b'"'));
    let object = opening.and_then(|at| text.split_at_checked(at));
    let json = object.and_then(|(_, object)| scratch.read(object.trim_end()));
    match (object, json) {
        (Some((before, _)), Some(json)) => {
            members::read(json, &mut out, &mut prose, event);
            sentence(before, 0, &mut out, &mut prose, Some(event));
        }
        _ => sentence(whole(text), 0, &mut out, &mut prose, Some(event)),
    }
    inner_sentences(&prose, &mut out);
    out.write(payload, event);
}

/// True while the text may still tell when it was: the envelope has not, or left something out and a number opens it.
fn wants_moment(payload: &Payload<'_>, event: &EventBuilder<'_>) -> bool {
    !payload.is_stamped || event.is_set(schema::Column::TimeGuess) && stamps::opens(payload.text)
}

/// A line that stands in quotes, without them.
fn whole(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(text)
}

/// Sentences inside quotes or an object: they fill what the payload's own names left open, and move nothing.
fn inner_sentences<'a>(prose: &Prose<'a>, out: &mut Gathered<'a>) {
    out.close();
    for text in prose.texts() {
        sentence(text, INNER, out, &mut Prose::default(), None);
    }
}

/// Fills the columns a format left open from the names of a JSON payload's members; all members become fields.
pub(crate) fn complete(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if let Some(json) = payload.json {
        let mut out = Gathered::new(wants_moment(payload, event));
        members::read(*json, &mut out, &mut Prose::default(), event);
        out.complete(payload, event);
    }
}

/// Fills the columns a format left open from pairs whose keys are no product's it knows.
pub(crate) fn complete_pairs<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) {
    let mut out = Gathered::new(wants_moment(payload, event));
    for (key, value) in pairs {
        out.put_named(key, value, 0);
    }
    out.complete(payload, event);
}

/// Pairs and prose of one text.
fn sentence<'a>(
    text: &'a str,
    more: u8,
    out: &mut Gathered<'a>,
    prose: &mut Prose<'a>,
    mut event: Option<&mut EventBuilder<'_>>,
) {
    let is_read = |sign| pairs::plain::read(text, sign, more, out, event.as_deref_mut());
    if let Some(first) = survey::first_word(text, is_read) {
        read_words(text, first, more, out, prose, event);
    }
}

/// The same by the words from `first` on.
fn read_words<'a>(
    text: &'a str,
    first: usize,
    more: u8,
    out: &mut Gathered<'a>,
    prose: &mut Prose<'a>,
    event: Option<&mut EventBuilder<'_>>,
) {
    tokens::with_tokens(text, first, |tokens, sum| {
        if let Some(first) = sum.first_pair {
            pairs::read(text, tokens, first, more, out, prose, event);
        }
        out.wording.read_tokens(tokens, sum.parts);
        prose::read(text, tokens, sum, more, out);
    });
}

/// The first member at the top that holds a JSON object as text.
fn members_in_text<'a>(json: crate::json::Json<'a>) -> Option<&'a str> {
    json.members()
        .filter(|member| member.kind() == crate::json::Kind::Text)
        .map(crate::json::Member::raw)
        .find(|text| text.len() > 16 && text.starts_with('{') && text.ends_with('}'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use schema::{Column, EventBatch, Frame, FrameBatch, Kind, Origin, StreamContext};

    use crate::{PLAIN, ParseSettings, Parser, Zone};

    /// The one event of a line, in a stream that opened with `header`.
    fn read(header: Option<&str>, line: &str) -> EventBatch {
        let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
        let frame = Frame { start: 0, end: line.len() as u32, seq: 1, sub: 0 };
        let context = StreamContext { first_line: header.map(Arc::from), ..StreamContext::default() };
        let frames = FrameBatch::new(
            Arc::new(origin),
            1_796_083_200_000_000,
            context,
            line.to_owned(),
            vec![frame],
            vec![],
        );
        let parser = Parser::new(ParseSettings { format: None, zone: Zone::utc() }).unwrap();
        parser.parse(&frames).unwrap().remove(0)
    }

    /// The columns asked for, in one line, `-` where there is none.
    fn columns(header: Option<&str>, line: &str, names: &str) -> String {
        use arrow::array::Array;
        let batch = read(header, line);
        assert_eq!(batch.texts(Column::Format).unwrap().value(0), PLAIN, "{line}");
        let value = |name: &str| {
            let column = Column::by_name(name).unwrap();
            if batch.array(column).is_null(0) {
                return "-".to_owned();
            }
            match column.kind() {
                Kind::Text => batch.texts(column).unwrap().value(0).to_owned(),
                Kind::Int => batch.ints(column).unwrap().value(0).to_string(),
                Kind::Time => (batch.times(column).unwrap().value(0) / 1_000_000).to_string(),
            }
        };
        names.split(' ').map(value).collect::<Vec<_>>().join(" ")
    }

    fn expect(names: &str, cases: &[(&str, &str)]) {
        for (line, expected) in cases {
            assert_eq!(columns(None, line, names), *expected, "{line}");
        }
    }

    #[test]
    fn who_and_where_stand_in_json_under_many_names() {
        expect(
            "source_ip source_port destination_ip destination_port user_name",
            &[
                (
                    r#"{"source":{"ip":"192.0.2.7","port":5501},"destination":{"ip":"198.51.100.9","port":443},"user":{"name":"verdi"}}"#,
                    "192.0.2.7 5501 198.51.100.9 443 verdi",
                ),
                (
                    r#"{"src_endpoint":{"ip":"192.0.2.7"},"dst_endpoint":{"ip":"198.51.100.9"},"actor":{"user":{"name":"verdi"}}}"#,
                    "192.0.2.7 - 198.51.100.9 - verdi",
                ),
                (
                    r#"{"clientIp":"192.0.2.7:5501","x_forwarded_for":"203.0.113.6","user_name":"AD\\verdi"}"#,
                    "192.0.2.7 5501 - - verdi",
                ),
                (
                    r#"{"attributes":[{"key":"client.address","value":{"stringValue":"2001:db8::7"}},{"key":"user.name","value":{"stringValue":"verdi"}}]}"#,
                    "2001:db8::7 - - - verdi",
                ),
                (r#"{"sourceIPs":["192.0.2.7"],"target":{"user":{"name":"neri"}}}"#, "192.0.2.7 - - - -"),
            ],
        );
    }

    #[test]
    fn text_inside_a_value_moves_no_column_that_a_name_fills() {
        expect(
            "source_ip user_name",
            &[
                (
                    r#"{"ip":"192.0.2.5","user":"verdi","msg":"source_ip=203.0.113.9 user=root"}"#,
                    "192.0.2.5 verdi",
                ),
                (r#"{"ip":"192.0.2.5","msg":"login of user root from 203.0.113.9"}"#, "192.0.2.5 root"),
                (r#"app ip=192.0.2.5 user=verdi msg="x source_ip=203.0.113.9 user=root""#, "192.0.2.5 verdi"),
            ],
        );
    }

    #[test]
    fn who_and_where_stand_in_sentences() {
        expect(
            "source_ip source_port destination_ip user_name event_outcome",
            &[
                ("Login failed for user 'verdi' from 192.0.2.7 port 5501", "192.0.2.7 5501 - verdi failure"),
                ("[auth] user verdi logged in from 192.0.2.7:5501", "192.0.2.7 5501 - verdi success"),
                ("Autenticazione fallita, utente: verdi, IP: 192.0.2.7", "192.0.2.7 - - verdi failure"),
                ("drop 192.0.2.7:5501 -> 198.51.100.9:22 tcp", "192.0.2.7 5501 198.51.100.9 - -"),
                ("peer [2001:db8::7]:5501 closed", "2001:db8::7 5501 - - -"),
                ("192.0.2.7 and 198.51.100.9 differ", "- - - - -"),
                ("agent version 10.0.0.1 started", "- - - - -"),
            ],
        );
    }

    #[test]
    fn requests_stand_in_text() {
        expect(
            "source_ip http_request_method url_path url_query http_response_status_code user_agent_original class",
            &[
                (
                    r#"app 192.0.2.7 "GET /a?b=1 HTTP/1.1" 404 12 "-" "Mozilla/5.0 (X; Y)""#,
                    "192.0.2.7 GET /a b=1 404 Mozilla/5.0 (X; Y) web",
                ),
                ("| 401 | 5ms | 192.0.2.7 | POST \"/token\"", "192.0.2.7 POST /token - 401 - web"),
            ],
        );
    }

    #[test]
    fn a_table_is_read_by_its_header() {
        let header = "Date,Time,Client IP,Username,Action";
        let row = "2026-03-16,09:12:44,192.0.2.7,verdi,login";
        assert_eq!(columns(Some(header), row, "timestamp source_ip user_name"), "1773652364 192.0.2.7 verdi");
        assert_eq!(columns(Some(header), "free text, no row", "source_ip user_name"), "- -");
    }

    #[test]
    fn what_an_attacker_chose_moves_nothing() {
        expect(
            "source_ip user_name event_outcome",
            &[
                (
                    "Login failed for user 'x from 203.0.113.6' from 192.0.2.7",
                    "192.0.2.7 x from 203.0.113.6 failure",
                ),
                ("authentication failed for x from 203.0.113.6 from 192.0.2.7", "192.0.2.7 x failure"),
                (r#"ip=192.0.2.7 agent="a src_ip=203.0.113.6 user=root""#, "192.0.2.7 - -"),
                (r#"{"ip":"192.0.2.7","agent":"a\",\"ip\":\"203.0.113.6"}"#, "192.0.2.7 - -"),
            ],
        );
    }

    #[test]
    fn a_moment_is_read_where_it_is_certain() {
        expect(
            "timestamp time_guess",
            &[
                (r#"{"ts":1773652364.112,"expires":"2027-01-01T00:00:00Z"}"#, "1773652364 -"),
                (r#"{"event":{"created_at":"2026-03-16T10:12:44+01:00"}}"#, "1773652364 -"),
                ("date=2026-03-16 time=09:12:44 x=y", "1773652364 zone"),
                ("time=\"2026-03-16 10:12:44\" tz=+0100 x=y", "1773652364 -"),
                (
                    "level=info time=\"2026-03-16T09:12:44Z\" note=\"until 2027-01-01 00:00:00\"",
                    "1773652364 -",
                ),
                ("Mar 16 09:12:44 gw app[1]: 2024-03-16T09:12:44+0000 [x] started", "1710580364 -"),
                ("Mar 16 09:12:44 gw app[1]: 2024-03-16 09:12:44 [x] started", "1773652364 year"),
                ("Mar 16 09:12:44 gw app[1]: ends 2024-03-16T09:12:44Z", "1773652364 year"),
                ("nothing at 12 o'clock", "1796083200 missing"),
            ],
        );
    }
}
