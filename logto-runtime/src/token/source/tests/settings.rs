//! Tests which token sources the builder refuses, and which origins can be listed.

use super::{Origins, Sources, TokenSource, cookie};

#[test]
fn the_error_of_an_invalid_source_or_origin_shows_the_value_and_the_problem() {
    let listed = |origin: &str| cookie("t", Origins::listed([origin]));
    for (settings, value, problem) in [
        (
            vec![cookie("t", Origins::Listed(Vec::new()))],
            "Cookie \"t\"",
            "list the origins",
        ),
        (
            vec![cookie("", Origins::SameOrigin)],
            "\"\"",
            "name of a cookie",
        ),
        (
            vec![cookie("a b", Origins::SameOrigin)],
            "\"a b\"",
            "name of a cookie",
        ),
        (
            vec![cookie("a=b", Origins::SameOrigin)],
            "\"a=b\"",
            "name of a cookie",
        ),
        (
            vec![cookie("a;b", Origins::SameOrigin)],
            "\"a;b\"",
            "name of a cookie",
        ),
        (
            vec![cookie("ä", Origins::SameOrigin)],
            "\"ä\"",
            "name of a cookie",
        ),
        (vec![listed("*")], "\"*\"", "as browsers send it"),
        (vec![listed("null")], "\"null\"", "as browsers send it"),
        (vec![listed("")], "\"\"", "as browsers send it"),
        (
            vec![listed("https://a.example/")],
            "\"https://a.example/\"",
            "without a slash",
        ),
        (
            vec![listed("https://a.example/x")],
            "\"https://a.example/x\"",
            "as browsers",
        ),
        (
            vec![listed("https://A.example")],
            "\"https://A.example\"",
            "in lower case",
        ),
        (
            vec![listed("https://a.example:443")],
            "\"https://a.example:443\"",
            "default port",
        ),
        (
            vec![listed("https://*.a.example")],
            "\"https://*.a.example\"",
            "is not",
        ),
        (
            vec![listed("https://u:p@a.example")],
            "\"https://redacted@a.example\"",
            "as browsers",
        ),
        (
            vec![listed("http://a.example")],
            "\"http://a.example\"",
            "is not https",
        ),
        (
            vec![listed("ftp://a.example")],
            "\"ftp://a.example\"",
            "is not https",
        ),
        (
            vec![listed("data:text/html,x")],
            "\"data:text/html,x\"",
            "as browsers send it",
        ),
        (
            vec![TokenSource::Authorization, TokenSource::Authorization],
            "Authorization",
            "given twice",
        ),
        (
            vec![
                listed("https://a.example"),
                cookie("t", Origins::SameOrigin),
            ],
            "Cookie \"t\"",
            "given twice",
        ),
        (
            vec![
                TokenSource::WebSocketProtocol,
                TokenSource::WebSocketProtocol,
            ],
            "WebSocketProtocol",
            "given twice",
        ),
    ] {
        let (shown, said) = Sources::new(settings.clone(), false).unwrap_err();
        assert_eq!(shown, value, "{settings:?}");
        assert!(said.contains(problem), "{settings:?}: {said}");
    }
    for (origin, insecure) in [
        ("https://a.example", false),
        ("https://a.example:8443", false),
        ("https://xn--bcher-kva.example", false),
        ("http://localhost:3000", false),
        ("http://127.0.0.1:3000", false),
        ("http://[::1]:3000", false),
        ("http://a.example", true),
    ] {
        assert!(
            Sources::new(vec![listed(origin)], insecure).is_ok(),
            "{origin}"
        );
    }
}
