//! Tests who may see the page of the explorer.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request},
};

use crate::support::{Answer, app, explorer, form, get, local, send, tenant};

const FILES: [&str; 4] = ["/", "/matrix.json", "/explorer.css", "/explorer.js"];

fn from(peer: &str, path: &str) -> Request<Body> {
    let mut request = local("GET", path);
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

fn assert_headers(answer: &Answer) {
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
        ),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{answer:?}");
    }
}

#[tokio::test]
async fn a_loopback_peer_sees_the_page_and_its_files() {
    let app = app(&tenant());
    for peer in [
        "127.0.0.1:5",
        "127.9.9.9:5",
        "[::1]:5",
        "[::ffff:127.0.0.1]:5",
    ] {
        for path in FILES {
            let answer = send(&app, from(peer, path)).await;
            assert_eq!(answer.status, 200, "{peer} {path} {answer:?}");
            assert_headers(&answer);
        }
    }
}

#[tokio::test]
async fn another_peer_sees_nothing() {
    let app = app(&tenant());
    for peer in [
        "192.168.1.7:5",
        "10.0.0.1:5",
        "[2001:db8::1]:5",
        "[::ffff:10.0.0.1]:5",
        "0.0.0.0:5",
    ] {
        for path in FILES {
            let answer = send(&app, from(peer, path)).await;
            assert_eq!(answer.status, 403, "{peer} {path}");
            assert!(
                answer.body.ends_with("or call `.allow_remote()`\n"),
                "{answer:?}"
            );
            assert_headers(&answer);
        }
    }
}

#[tokio::test]
async fn without_the_address_of_the_peer_the_answer_names_the_line_to_write() {
    let app = app(&tenant());
    for path in FILES {
        let mut request = local("GET", path);
        request.extensions_mut().clear();
        let answer = send(&app, request).await;
        assert_eq!(answer.status, 500, "{path}");
        let line = "axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())";
        assert!(answer.body.contains(line), "{answer:?}");
        assert_headers(&answer);
    }
}

#[tokio::test]
async fn only_a_loopback_host_is_answered_because_of_dns_rebinding() {
    let app = app(&tenant());
    for (hosts, status) in [
        (&["localhost"][..], 200),
        (&["LOCALHOST:3000"], 200),
        (&["127.0.0.1:3000"], 200),
        (&["[::1]:3000"], 200),
        (&["evil.example"], 403),
        (&["evil.example:3000"], 403),
        (&["localhost.evil.example"], 403),
        (&["127.0.0.1.evil.example"], 403),
        (&["192.168.1.7:3000"], 403),
        (&["0.0.0.0:3000"], 403),
        (&["[::]:3000"], 403),
        (&["localhost@evil.example"], 400),
        (&["evil.example/localhost"], 400),
        (&["local host"], 400),
        (&[""], 400),
        (&["\u{fe}\u{ff}"], 400),
        (&["localhost", "localhost"], 400),
        (&["localhost", "evil.example"], 400),
        (&[], 400),
    ] {
        let mut request = local("GET", "/");
        request.headers_mut().remove("host");
        for host in hosts {
            let value = HeaderValue::from_bytes(host.as_bytes()).unwrap();
            request.headers_mut().append("host", value);
        }
        let answer = send(&app, request).await;
        assert_eq!(answer.status, status, "{hosts:?} {}", answer.body);
        assert_headers(&answer);
    }
}

#[tokio::test]
async fn the_authority_of_http_2_counts_as_the_host() {
    let app = app(&tenant());
    for (uri, host, status) in [
        ("http://localhost:3000/", None, 200),
        ("http://evil.example/", None, 403),
        ("http://localhost:3000/", Some("localhost:3000"), 200),
        ("http://localhost:3000/", Some("evil.example"), 400),
        ("http://evil.example/", Some("localhost:3000"), 400),
    ] {
        let mut request = local("GET", uri);
        request.headers_mut().remove("host");
        if let Some(host) = host {
            request.headers_mut().insert("host", host.parse().unwrap());
        }
        let answer = send(&app, request).await;
        assert_eq!(answer.status, status, "{uri} {host:?}");
    }
}

#[tokio::test]
async fn a_request_through_a_proxy_is_refused_because_its_peer_is_the_proxy() {
    let app = app(&tenant());
    for name in [
        "forwarded",
        "via",
        "x-forwarded-client-cert",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    ] {
        let mut request = local("GET", "/");
        request
            .headers_mut()
            .insert(name, "127.0.0.1".parse().unwrap());
        let answer = send(&app, request).await;
        assert_eq!(answer.status, 403, "{name}");
        assert!(answer.body.contains("came through a proxy"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_script_of_another_site_reads_nothing_even_if_cors_would_allow_it() {
    let app = app(&tenant());
    for (origins, status) in [
        (&[][..], 200),
        (&["http://127.0.0.1:3000"], 200),
        (&["https://evil.example"], 403),
        (&["http://localhost:5173"], 403),
        (&["http://127.0.0.1:3001"], 403),
        (&["null"], 403),
        (&[""], 403),
        (&["http://127.0.0.1:3000", "https://evil.example"], 403),
    ] {
        for path in FILES {
            let mut request = local("GET", path);
            for origin in origins {
                request
                    .headers_mut()
                    .append("origin", origin.parse().unwrap());
            }
            let answer = send(&app, request).await;
            assert_eq!(answer.status, status, "{origins:?} {path}");
            assert_headers(&answer);
        }
    }
}

#[tokio::test]
async fn an_explorer_that_allows_remote_access_answers_every_peer_and_host() {
    let tenant = tenant();
    let app: Router = explorer(&tenant).allow_remote().into_router();
    let mut request = from("192.168.1.7:5", "/");
    request
        .headers_mut()
        .insert("host", "dev.example".parse().unwrap());
    request
        .headers_mut()
        .insert("x-forwarded-for", "10.0.0.1".parse().unwrap());
    let answer = send(&app, request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_headers(&answer);
    let mut request = local("GET", "/");
    request.extensions_mut().clear();
    assert_eq!(send(&app, request).await.status, 200);
    let mut request = local("GET", "/");
    request.headers_mut().remove("host");
    assert_eq!(send(&app, request).await.status, 400);
}

#[tokio::test]
async fn the_rule_for_hosts_holds_for_a_pasted_token_too() {
    let app = app(&tenant());
    let mut request = form("eyJ");
    request
        .headers_mut()
        .insert("host", "evil.example".parse().unwrap());
    assert_eq!(send(&app, request).await.status, 403);
}

#[tokio::test]
async fn the_explorer_can_be_merged_or_nested_and_links_its_files() {
    let tenant = tenant();
    let merged: Router = Router::new().merge(explorer(&tenant));
    let nested = Router::new().nest("/dev/explorer", explorer(&tenant).into_router());
    let page = get(&merged, "/").await.body;
    assert!(page.contains("href=\"explorer.css\""), "{page}");
    let page = get(&nested, "/dev/explorer").await.body;
    assert!(page.contains("href=\"explorer/explorer.css\""), "{page}");
    assert_eq!(get(&nested, "/dev/explorer/explorer.css").await.status, 200);
    assert_eq!(get(&nested, "/dev/explorer/matrix.json").await.status, 200);
}

/// Adds up the sizes of the page without its rows, and of the files that the page loads.
#[tokio::test]
async fn all_files_together_are_under_30_kilobytes_and_nothing_is_inline() {
    let app = app(&tenant());
    let page = get(&app, "/").await.body;
    let (before, rest) = page.split_once("<tbody>").unwrap();
    let (_, after) = rest.split_once("</tbody>").unwrap();
    let mut size = before.len() + after.len();
    for path in ["/explorer.css", "/explorer.js"] {
        size += get(&app, path).await.body.len();
    }
    assert!(size < 30_000, "{size} bytes");
    for inline in [
        "<style",
        " style=",
        " onclick=",
        "javascript:",
        "<script>",
        "://cdn",
    ] {
        assert!(!page.contains(inline), "{inline}");
    }
    assert_eq!(page.matches("<script").count(), 1);
}
