//! Tests which requests are accepted with a token in a cookie.

use http::Method;

use super::{NoToken, Origins, SAME, Sources, TokenSource, cookie, read, sources};

/// Headers of a WebSocket handshake. Each of them alone makes a request count as a handshake.
const HANDSHAKES: [&str; 4] = [
    "upgrade: websocket",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version: 13",
    "sec-websocket-protocol: chat",
];

/// Checks each case `(lines, reads, changes)`. `lines` are headers. `reads` says whether a request that only
/// reads is accepted with these headers. `changes` says the same about a request that can change something,
/// such as a WebSocket handshake.
fn expect_accepted(sources: &Sources, cases: &[(&[&str], bool, bool)]) {
    let check = |method: &Method, lines: &[&str], accepted: bool| {
        let lines = [&["cookie: t=a"], lines].concat();
        let expected = match accepted {
            true => Ok("a".to_owned()),
            false => Err(NoToken::CrossSite),
        };
        assert_eq!(
            read(sources, method, &lines),
            expected,
            "{method} {lines:?}"
        );
    };
    for (lines, reads, changes) in cases {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            check(&method, lines, *reads);
            for handshake in HANDSHAKES {
                check(&method, &[*lines, &[handshake]].concat(), *changes);
            }
        }
        for method in [
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::CONNECT,
            Method::TRACE,
            Method::from_bytes(b"PURGE").unwrap(),
            Method::from_bytes(b"get").unwrap(),
        ] {
            check(&method, lines, *changes);
        }
    }
}

const LINK: [&str; 2] = ["sec-fetch-mode: navigate", "sec-fetch-dest: document"];

#[test]
fn a_cookie_is_accepted_in_requests_of_the_same_origin() {
    let sources = sources(vec![cookie("t", Origins::SameOrigin)]);
    let cross = "sec-fetch-site: cross-site";
    let origin = "origin: https://api.example.com";
    expect_accepted(
        &sources,
        &[
            (&[SAME], true, true),
            (&[SAME, origin], true, true),
            (&[SAME, "origin: null"], true, true),
            // Programs and old browsers do not send `Sec-Fetch-Site`.
            (&[], false, false),
            (&["referer: https://api.example.com/"], false, false),
            (&[origin], false, false),
            (&["origin: null"], false, false),
            (&["origin: "], false, false),
            // An address that the user typed.
            (&["sec-fetch-site: none"], true, false),
            (&["sec-fetch-site: none", origin], false, false),
            // Another sub-domain or port.
            (&["sec-fetch-site: same-site"], false, false),
            (&["sec-fetch-site: same-site", origin], false, false),
            (&[cross], false, false),
            (&[cross, origin], false, false),
            (&[cross, LINK[0], LINK[1]], true, false),
            (
                &["sec-fetch-site: same-site", LINK[0], LINK[1]],
                true,
                false,
            ),
            (&[cross, LINK[0], LINK[1], "origin: null"], false, false),
            (&[cross, LINK[0], "sec-fetch-dest: iframe"], false, false),
            (&[cross, LINK[0], "sec-fetch-dest: embed"], false, false),
            (&[cross, "sec-fetch-mode: no-cors", LINK[1]], false, false),
            (&[cross, LINK[0]], false, false),
            (&[cross, LINK[1]], false, false),
            (&[cross, LINK[0], LINK[0], LINK[1]], false, false),
            (&["sec-fetch-site: Same-Origin"], false, false),
            (&["sec-fetch-site: "], false, false),
            (&["sec-fetch-site: same-origin, cross-site"], false, false),
            (&["sec-fetch-site: neutral"], false, false),
            (&[SAME, SAME], false, false),
            (&[SAME, cross], false, false),
            (&[SAME, origin, origin], false, false),
        ],
    );
}

#[test]
fn a_cookie_is_accepted_in_requests_of_listed_origins() {
    let listed = Origins::listed(["https://app.example.com", "http://localhost:3000"]);
    let sources = sources(vec![cookie("t", listed)]);
    let cross = "sec-fetch-site: cross-site";
    expect_accepted(
        &sources,
        &[
            (&["origin: https://app.example.com"], true, true),
            (&["origin: https://app.example.com", cross], true, true),
            (&["origin: https://app.example.com", SAME], true, true),
            (&["origin: http://localhost:3000"], true, true),
            (&["origin: http://localhost:8080"], false, false),
            (&["origin: http://localhost"], false, false),
            (&["origin: https://app.example.com:443"], false, false),
            (&["origin: https://app.example.com/"], false, false),
            (&["origin: https://APP.example.com"], false, false),
            (&["origin: http://app.example.com"], false, false),
            (
                &["origin: https://app.example.com.evil.example"],
                false,
                false,
            ),
            (&["origin: https://example.com"], false, false),
            (&["origin: null"], false, false),
            (&["origin: null", SAME], false, false),
            (&["origin: "], false, false),
            // Even the origin of this API must be listed.
            (&["origin: https://api.example.com", SAME], false, false),
            (&[SAME], true, false),
            (&[], false, false),
            (&["sec-fetch-site: none"], true, false),
            (&[cross], false, false),
            (&["sec-fetch-site: same-site"], false, false),
            (&[cross, LINK[0], LINK[1]], true, false),
            (
                &[
                    "origin: https://app.example.com",
                    "origin: https://app.example.com",
                ],
                false,
                false,
            ),
            (
                &["origin: https://app.example.com", SAME, cross],
                false,
                false,
            ),
        ],
    );
}

/// Of these token sources, a browser by itself adds only the cookie to a request. A foreign site can't put
/// the token into the other sources, because the site does not know the token.
#[test]
fn a_token_outside_of_cookies_is_accepted_from_other_origins() {
    let sources = sources(vec![
        TokenSource::Authorization,
        TokenSource::WebSocketProtocol,
        cookie("t", Origins::SameOrigin),
    ]);
    for line in [
        "authorization: Bearer a",
        "sec-websocket-protocol: bearer, a",
    ] {
        for site in ["sec-fetch-site: cross-site", "origin: https://evil.example"] {
            let token = read(&sources, &Method::POST, &[line, site]);
            assert_eq!(token.as_deref(), Ok("a"), "{line} {site}");
        }
    }
}
