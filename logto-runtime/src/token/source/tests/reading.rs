//! Tests how tokens are read from each source, and that a request with two tokens is refused.

use http::{
    HeaderMap, HeaderValue, Method,
    header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL},
};

use super::{NoToken, Origins, SAME, Sources, TokenSource, cookie, expect, read, sources};
use crate::token::bearer::BearerError;

#[test]
fn a_cookie_is_found_by_its_exact_name_and_refused_if_it_is_repeated() {
    use NoToken::{Missing, Several};
    let sources = sources(vec![cookie("__Host-t", Origins::SameOrigin)]);
    let cases: &[(&[&str], Result<&str, NoToken>)] = &[
        (&[], Err(Missing)),
        (&["cookie: "], Err(Missing)),
        (&["cookie: other=a.b.c"], Err(Missing)),
        (&["cookie: __host-t=a.b.c"], Err(Missing)),
        (&["cookie: x__Host-t=a.b.c"], Err(Missing)),
        (&["cookie: __Host-t"], Err(Missing)),
        (&["cookie: =__Host-t"], Err(Missing)),
        (&["cookie: a=__Host-t=a.b.c"], Err(Missing)),
        (&["authorization: Bearer a.b.c"], Err(Missing)),
        (&["sec-websocket-protocol: bearer, a.b.c"], Err(Missing)),
        (&["cookie: __Host-t=a.b.c"], Ok("a.b.c")),
        (&["cookie: a=b; __Host-t=a.b.c;c=d"], Ok("a.b.c")),
        (&["cookie: a=b;\t__Host-t = a.b.c ; c"], Ok("a.b.c")),
        (&["cookie: a=b", "cookie: __Host-t=a.b.c"], Ok("a.b.c")),
        (&["cookie: __Host-t=a=b"], Ok("a=b")),
        // Quotes belong to the value, so the verifier rejects a quoted token.
        (&["cookie: __Host-t=\"a.b.c\""], Ok("\"a.b.c\"")),
        // There is a cookie, so the caller does not count as anonymous.
        (&["cookie: __Host-t="], Ok("")),
        (&["cookie: __Host-t=a; __Host-t=a"], Err(Several)),
        (&["cookie: __Host-t=a; __Host-t="], Err(Several)),
        (&["cookie: __Host-t=a", "cookie: __Host-t=b"], Err(Several)),
    ];
    for (lines, expected) in cases {
        let lines = [*lines, &[SAME]].concat();
        let found = read(&sources, &Method::GET, &lines);
        assert_eq!(
            found.as_deref().map_err(|error| *error),
            *expected,
            "{lines:?}"
        );
    }
    let mut headers = HeaderMap::new();
    let bytes = HeaderValue::from_bytes(b"x=\xff; __Host-t=a.b.c").unwrap();
    headers.insert(COOKIE, bytes);
    headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
    let token = sources.read(&Method::GET, &headers).unwrap();
    assert_eq!(token.as_bytes(), b"a.b.c");
}

#[test]
fn the_token_is_the_subprotocol_after_bearer() {
    use NoToken::{Missing, NotBearerProtocol, Several};
    let sources = sources(vec![TokenSource::WebSocketProtocol]);
    expect(
        &sources,
        &[
            (&[], Err(Missing)),
            (&["sec-websocket-protocol: "], Err(Missing)),
            (&["sec-websocket-protocol: chat"], Err(Missing)),
            (&["sec-websocket-protocol: bearer.a.b.c"], Err(Missing)),
            (&["sec-websocket-protocol: a.b.c"], Err(Missing)),
            (&["authorization: Bearer a.b.c"], Err(Missing)),
            (&["cookie: bearer=a.b.c"], Err(Missing)),
            (&["sec-websocket-protocol: bearer, a.b.c"], Ok("a.b.c")),
            (&["sec-websocket-protocol: bearer,a.b.c"], Ok("a.b.c")),
            (
                &["sec-websocket-protocol: chat, bearer, a.b.c"],
                Ok("a.b.c"),
            ),
            (
                &["sec-websocket-protocol: bearer, a.b.c, chat"],
                Ok("a.b.c"),
            ),
            (&["sec-websocket-protocol: bearer,, a.b.c ,"], Ok("a.b.c")),
            (
                &[
                    "sec-websocket-protocol: bearer",
                    "sec-websocket-protocol: a.b.c",
                ],
                Ok("a.b.c"),
            ),
            (&["sec-websocket-protocol: bearer"], Err(NotBearerProtocol)),
            (
                &["sec-websocket-protocol: chat, bearer"],
                Err(NotBearerProtocol),
            ),
            (
                &["sec-websocket-protocol: a.b.c, bearer"],
                Err(NotBearerProtocol),
            ),
            (
                &["sec-websocket-protocol: Bearer, a.b.c"],
                Err(NotBearerProtocol),
            ),
            (&["sec-websocket-protocol: bearer, bearer, a"], Err(Several)),
            (
                &["sec-websocket-protocol: bearer, a, bearer, b"],
                Err(Several),
            ),
            (
                &["sec-websocket-protocol: bearer, a, BEARER, b"],
                Err(Several),
            ),
        ],
    );
}

/// A request is refused if two configured sources have something, even something unusable. Each entry of
/// `lines` consists of a header line and the result for a request of the same origin with only this line.
#[test]
fn a_request_with_something_in_two_sources_is_refused() {
    let all = sources(vec![
        TokenSource::Authorization,
        cookie("t", Origins::SameOrigin),
        cookie("u", Origins::SameOrigin),
        TokenSource::WebSocketProtocol,
    ]);
    let lines = [
        ("authorization: Bearer a", Ok("a")),
        ("authorization: Basic a", Err(BearerError::NotBearer.into())),
        ("cookie: t=a", Ok("a")),
        ("cookie: u=a", Ok("a")),
        ("cookie: u=", Ok("")),
        ("sec-websocket-protocol: bearer, a", Ok("a")),
        (
            "sec-websocket-protocol: bearer",
            Err(NoToken::NotBearerProtocol),
        ),
    ];
    let source = |line: &str| match line.split_once('=') {
        Some((cookie, _)) => cookie.to_owned(),
        None => line.split_once(": ").unwrap().0.to_owned(),
    };
    for (one, alone) in lines {
        let read_one = read(&all, &Method::GET, &[one, SAME]);
        assert_eq!(read_one, alone.map(str::to_owned), "{one}");
        for (other, _) in lines {
            if source(one) != source(other) {
                let both = read(&all, &Method::GET, &[one, other, SAME]);
                assert_eq!(both, Err(NoToken::Several), "{one} {other}");
            }
        }
    }
    assert_eq!(read(&all, &Method::GET, &[SAME]), Err(NoToken::Missing));
}

#[test]
fn the_default_reads_nothing_but_the_authorization_header() {
    for sources in [
        Sources::default(),
        sources(Vec::new()),
        sources(vec![TokenSource::Authorization]),
    ] {
        assert_eq!(sources, Sources::default());
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("bearer=a; token=a"));
        headers.insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static("bearer, a"),
        );
        let missing = sources.read(&Method::GET, &headers).unwrap_err();
        assert_eq!(missing, NoToken::Bearer(BearerError::Missing));
        assert!(missing.is_absence());
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer b"));
        let token = sources.read(&Method::GET, &headers).unwrap();
        assert_eq!(token.as_bytes(), b"b");
    }
}
