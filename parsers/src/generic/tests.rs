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
            ("level=info time=\"2026-03-16T09:12:44Z\" note=\"until 2027-01-01 00:00:00\"", "1773652364 -"),
            ("Mar 16 09:12:44 gw app[1]: 2024-03-16T09:12:44+0000 [x] started", "1710580364 -"),
            ("Mar 16 09:12:44 gw app[1]: 2024-03-16 09:12:44 [x] started", "1773652364 year"),
            ("Mar 16 09:12:44 gw app[1]: ends 2024-03-16T09:12:44Z", "1773652364 year"),
            ("nothing at 12 o'clock", "1796083200 missing"),
        ],
    );
}

#[test]
fn what_a_client_wrote_into_an_object_moves_nothing() {
    expect(
        "source_ip user_name host_name timestamp",
        &[
            (
                r#"{"ts":"2026-03-16T09:12:44Z","ua":"{\"user\":\"root\",\"src_ip\":\"203.0.113.6\"}","ip":"192.0.2.7"}"#,
                "192.0.2.7 - - 1773652364",
            ),
            (
                r#"{"ts":1773652364,"ip":"192.0.2.7","host":"web1","msg":"{\"src_ip\":\"203.0.113.6\",\"hostname\":\"evil\",\"timestamp\":1600000000}"}"#,
                "192.0.2.7 - web1 1773652364",
            ),
            (
                r#"{"remote_ip":"192.0.2.7","request":{"method":"POST","params":{"username":"root","src_ip":"203.0.113.6","hostname":"evil"}},"ts":1773652364}"#,
                "192.0.2.7 - - 1773652364",
            ),
            (
                r#"{"ts":1773652364,"body":{"src_ip":"203.0.113.6","username":"root"},"remote_ip":"192.0.2.7"}"#,
                "192.0.2.7 - - 1773652364",
            ),
            (
                r#"{"ts":1773652364,"form":[{"name":"src_ip","value":"203.0.113.6"}],"headers":{"X-Real-IP":"203.0.113.9"},"ip":"192.0.2.7"}"#,
                "192.0.2.7 - - 1773652364",
            ),
            (
                r#"2026-03-16T09:12:44Z client=192.0.2.7 ua=evil {"src_ip":"203.0.113.6"}"#,
                "192.0.2.7 - - 1773652364",
            ),
        ],
    );
    expect(
        "source_ip url_domain user_agent_original http_response_body_bytes",
        &[(
            r#"{"method":"GET","headers":{"x-real-ip":"192.0.2.7","Host":"www.example.org","User-Agent":"curl/8","Content-Length":"9"}}"#,
            "192.0.2.7 www.example.org curl/8 -",
        )],
    );
}

#[test]
fn of_bare_pairs_those_count_that_no_text_can_have_made_up() {
    expect(
        "source_ip user_name",
        &[
            ("app src=192.0.2.7 user=mario note=hello src=203.0.113.6", "192.0.2.7 mario"),
            ("app src=192.0.2.7 note=hello source_ip=203.0.113.6 user=x", "192.0.2.7 x"),
            ("client=192.0.2.7 path=/a CEF:0|x|src=203.0.113.6", "192.0.2.7 -"),
            ("app note=hello src=203.0.113.6 src=192.0.2.7", "192.0.2.7 -"),
            ("app note=hello source_ip=203.0.113.6 src=192.0.2.7", "192.0.2.7 -"),
            ("app note=hello src=203.0.113.6 src=192.0.2.7 msg=bye", "- -"),
            ("app note=hello src=192.0.2.7 msg=bye", "192.0.2.7 -"),
            (
                r#"ip=192.0.2.7 user="x\" src=203.0.113.6 user=\"root""#,
                "192.0.2.7 x\" src=203.0.113.6 user=\"root",
            ),
            (r#"ip=192.0.2.7 user="AD\\mario""#, "192.0.2.7 mario"),
        ],
    );
}

#[test]
fn an_address_before_an_account_is_not_the_account_s() {
    expect(
        "source_ip user_name",
        &[
            ("client 192.0.2.7: login failed for user x from 203.0.113.6", "192.0.2.7 x"),
            ("Failed login from 192.0.2.7 user: x from 203.0.113.6", "192.0.2.7 x"),
            ("Failed login from 192.0.2.7, reason: bad user root from 203.0.113.6", "192.0.2.7 root"),
            ("Login failed for user x from 203.0.113.6 from 192.0.2.7", "192.0.2.7 x"),
            // The machine's own, or the client's: nobody can tell.
            ("192.0.2.7 login failed for user x from 203.0.113.6", "- x"),
        ],
    );
}

#[test]
fn what_a_name_says_of_the_end_counts_more_than_words() {
    expect(
        "event_action event_outcome user_name",
        &[
            (
                r#"{"result":"failure","event":"login","message":"user accepted login successfully"}"#,
                "login failure -",
            ),
            (
                r#"{"outcome":"success","event":"login","message":"login failed for user root"}"#,
                "login success root",
            ),
            (r#"result=success event=login msg="login failed""#, "login success -"),
            ("login failed for user x result=success", "login failure -"),
            (r#"{"event":"login","msg":"login failed for user x, result=success"}"#, "login failure x"),
            (r#"{"status":"FAILED","what":"backup"}"#, "application_event failure -"),
        ],
    );
}

#[test]
fn what_a_transport_says_beside_its_line_counts_more_than_the_line() {
    expect(
        "source_ip user_name user_domain destination_ip source_port",
        &[
            (
                r#"<134>1 2026-03-16T09:12:44Z ids1 app 12 - [origin ip="192.0.2.1"][ex@1 src="192.0.2.7" user="AD\\mario" note="a\]b"] user root from 203.0.113.6"#,
                "192.0.2.7 mario AD - -",
            ),
            (
                r#"{"version":"1.1","host":"gw","short_message":"user root from 203.0.113.6","timestamp":1773648764.112,"_src_ip":"192.0.2.7","_user":"mario","_dst_ip":"198.51.100.9","_src_port":5501}"#,
                "192.0.2.7 mario - 198.51.100.9 5501",
            ),
        ],
    );
}

#[test]
fn a_number_stands_with_the_program_or_the_address_it_is_of() {
    expect(
        "process_name process_pid source_ip source_port destination_ip destination_port",
        &[
            (
                "Mar 16 09:12:44 web app: Mar 17 10:00:00 evil sshd[1]: Accepted password for root from 192.0.2.7 port 22 ssh2",
                "app - 192.0.2.7 22 - -",
            ),
            (
                r#"{"msg":"login failed for x from 203.0.113.6 port 22","remote_addr":"192.0.2.7"}"#,
                "- - 192.0.2.7 - - -",
            ),
            ("Server listening on 198.51.100.9 port 22", "- - - - 198.51.100.9 22"),
            ("from 192.0.2.7 port 5501 to 198.51.100.9 port 22", "- - 192.0.2.7 5501 198.51.100.9 22"),
            (
                r#"{"httpMessage":{"host":"www.example.org","port":"443"},"clientIP":"192.0.2.7"}"#,
                "- - 192.0.2.7 - - -",
            ),
            (r#"{"url":{"port":8443},"ip":"192.0.2.7"}"#, "- - 192.0.2.7 - - -"),
            (r#"{"peer":{"address":"192.0.2.7","port":5501}}"#, "- - 192.0.2.7 5501 - -"),
        ],
    );
}

#[test]
fn moments_of_numbers_and_of_two_parts_are_read() {
    let expect = |cases: &[(&str, &str)]| expect("timestamp", cases);
    expect(&[
        ("time=1773652364123 user=mario", "1773652364"),
        ("ts=1773652364 user=mario", "1773652364"),
        ("eventtime=1773652364123456789 user=mario", "1773652364"),
        ("time=\"1773652364123\" user=mario", "1773652364"),
        ("[ts=1773652364] x", "1773652364"),
        ("time: 1773652364 user: mario", "1773652364"),
        (r#"{"data":"16/03/2026","ora":"9:12:44"}"#, "1773652364"),
        ("date=16/03/2026 time=09:12:44 user=mario", "1773652364"),
        ("date=\"2026-03-16\" time=\"9:12:44 PM\" user=mario", "1773695564"),
        ("date=20260316 time=091244 user=mario", "1773652364"),
        (r#"{"created":"/Date(1773652364123)/"}"#, "1773652364"),
        (r#"{"time":"134181259641230000"}"#, "1773652364"),
        (r#"{"timestamp":{"seconds":1773652364,"nanos":5}}"#, "1773652364"),
    ]);
    let header = "Data;Ora;Utente;IP";
    assert_eq!(columns(Some(header), "16/03/2026;09:12:44;mario;192.0.2.7", "timestamp"), "1773652364");
    let header = "Utente;data e ora;IP";
    assert_eq!(columns(Some(header), "mario;16/03/2026 09:12:44;192.0.2.7", "timestamp"), "1773652364");
}

#[test]
fn requests_in_sentences_keep_their_query() {
    expect(
        "http_request_method url_domain url_path url_query http_response_status_code",
        &[
            ("GET /a?b=1&c=2 200 from 192.0.2.7", "GET - /a b=1&c=2 200"),
            ("POST /login?user=root HTTP/1.1", "POST - /login user=root -"),
            ("[GET https://www.example.org/a?b=1]", "GET www.example.org /a b=1 -"),
            ("request: GET https://www.example.org/a?b=1 status=403", "GET www.example.org /a b=1 403"),
            ("App: 403: POST /api/sessions: 192.0.2.7", "POST - /api/sessions - -"),
        ],
    );
}

#[test]
fn italian_sentences_name_accounts_and_ends() {
    expect(
        "user_name user_domain source_ip event_outcome",
        &[
            (r"L'utente COMUNE\mario.rossi ha effettuato l'accesso", "mario.rossi COMUNE - success"),
            ("Accesso fallito per l'utente \"mario rossi\" dal 192.0.2.7", "mario rossi - 192.0.2.7 failure"),
            ("Login fallito dell\u{2019}utente mario.rossi da 192.0.2.7", "mario.rossi - 192.0.2.7 failure"),
            ("Accesso negato: utente mario", "mario - - failure"),
            (r#"{"utente":"mario","esito":"negativo"}"#, "mario - - failure"),
            ("Utente sconosciuto: x", "- - - -"),
        ],
    );
}

#[test]
fn words_and_names_that_mean_too_much_fill_nothing() {
    expect(
        "user_name user_agent_original http_response_status_code host_name source_ip",
        &[
            ("User initiated login via web", "- - - - -"),
            ("User activity from 192.0.2.7", "- - - - 192.0.2.7"),
            ("User settings, changed by admin", "- - - - -"),
            (r#"{"agent":"fim-agent","code":500,"hostname":"7","device":9}"#, "- - - - -"),
            (r#"{"agent":"curl/8.5","code":500,"method":"GET"}"#, "- curl/8.5 500 - -"),
            (r#"{"ip":"192.0.2.0/24"}"#, "- - - - -"),
            ("blocked from 198.51.100.0/24", "- - - - -"),
        ],
    );
    expect(
        "user_name user_domain url_domain network_transport network_protocol",
        &[
            (r#"{"user":"mario","domain":"COMUNE"}"#, "mario COMUNE - - -"),
            (r#"{"domain":"www.example.org","method":"GET"}"#, "- - www.example.org - -"),
            ("user=mario proto=tcp/https", "mario - - tcp https"),
        ],
    );
}

#[test]
fn addresses_are_read_however_a_program_spells_them() {
    expect(
        "source_ip source_port destination_ip destination_port network_transport",
        &[
            (
                r#"{"client":"/192.0.2.7:5501","server":"host/198.51.100.9:443"}"#,
                "192.0.2.7 5501 198.51.100.9 443 -",
            ),
            ("src=192.0.2.7:5501:X1 dst=198.51.100.9:443:X2", "192.0.2.7 5501 198.51.100.9 443 -"),
            ("TCP 192.0.2.7/5501->198.51.100.9/443 x", "192.0.2.7 5501 198.51.100.9 443 TCP"),
            (r#"{"source":"http://192.0.2.7/x"}"#, "- - - - -"),
        ],
    );
}

#[test]
fn accounts_stand_in_news_of_a_login_without_a_word_before_them() {
    expect(
        "user_name user_domain source_ip",
        &[
            (r"[192.0.2.7] COMUNE\mario(Users)[Role] - Login failed", "mario COMUNE 192.0.2.7"),
            ("Login failed for mario, ip 192.0.2.7", "mario - 192.0.2.7"),
            // A break that was written out, two accounts, no login.
            (r"Login failed\nmario", "- - -"),
            (r"Login of COMUNE\mario failed by COMUNE\luca", "- - -"),
            (r"COMUNE\mario", "- - -"),
        ],
    );
}

#[test]
fn of_several_objects_those_with_a_type_and_recipients_count() {
    expect(
        "source_ip user_name host_name email_to",
        &[
            (
                r#"{"from":"c@x.example","to":[{"address":"a@x.example"},{"address":"b@x.example"}]}"#,
                "- - - a@x.example, b@x.example",
            ),
            (
                r#"{"entities":[{"type":"ip","address":"192.0.2.7"},{"type":"user","name":"mario"},{"type":"host","name":"pc1:445"}]}"#,
                "192.0.2.7 mario pc1 -",
            ),
            (
                r#"{"ip":"192.0.2.7","entities":[{"type":"ip","address":"203.0.113.6"},{}]}"#,
                "192.0.2.7 - - -",
            ),
            (r#"{"list":[{"ip":"192.0.2.7"},{"ip":"203.0.113.6"}]}"#, "- - - -"),
            (r#"{"params":[{"type":"ip","address":"192.0.2.7"},{"type":"user","name":"mario"}]}"#, "- - - -"),
        ],
    );
    expect(
        "destination_domain url_domain observer_ingress user_name",
        &[
            (
                r#"{"method":"GET","url":"https://www.example.org/a","ip":"10.0.2.7"}"#,
                "www.example.org www.example.org - -",
            ),
            // A server of the town's is asked for whatever name.
            (
                r#"{"method":"GET","url":"https://www.example.org/a","ip":"192.0.2.7"}"#,
                "- www.example.org - -",
            ),
            (
                r#"{"observer":{"ingress":{"interface":{"name":"eth0"}}},"vpn_user_email":"a@x.example"}"#,
                "- - eth0 a@x.example",
            ),
        ],
    );
}

#[test]
fn a_value_with_more_around_its_address_gives_way_to_one_that_is_an_address() {
    expect(
        "source_ip",
        &[
            (
                r#"{"client":"Any/10.0.0.1","ip":"203.0.113.9","user":"x","msg":"login failed"}"#,
                "203.0.113.9",
            ),
            (r#"{"client":"Outlook 16.0.5.1","ip":"203.0.113.9"}"#, "203.0.113.9"),
            ("level=info source=/var/log/remote/192.0.2.10/auth.log ip=203.0.113.9", "203.0.113.9"),
            ("app user=mario client=/203.0.113.9:5501", "203.0.113.9"),
            ("app user=x src=10.0.0.1 client=/203.0.113.9:5501", "203.0.113.9"),
        ],
    );
}
