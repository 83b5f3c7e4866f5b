//! Tests token sources (where a request may have its token) in every way to authenticate. Unit tests in
//! `logto-runtime/src/token/source/` test the rules of each source.

mod cookie;
mod two_logtos;

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
    routing::{MethodRouter, any},
};
use logto_runtime::{
    AuthInfo, Claims, Guard, Logto, LogtoBuilder, OrganizationId, Origins, TokenSource,
    require_auth, require_scopes, test_util::TestTenant,
};

use crate::support::{Answer, send, tenant};

#[require_scopes("read:products")]
async fn attribute() -> &'static str {
    "passed"
}

#[require_scopes("read:products")]
struct Read;

#[require_auth]
#[require_scopes("read:products")]
async fn stacked() -> &'static str {
    "passed"
}

/// The path of each handler that needs a caller, and the scopes in its challenge if the token is missing.
const WAYS: [(&str, &str); 7] = [
    ("/attribute", "read:products"),
    ("/stacked", ""),
    ("/guard", "read:products"),
    ("/required", ""),
    ("/claims", ""),
    ("/layer", "read:products"),
    ("/organization", ""),
];

fn app(logto: &Logto) -> Router {
    let layered: MethodRouter<Logto> = any(async || "passed");
    Router::new()
        .route("/attribute", any(attribute))
        .route("/stacked", any(stacked))
        .route("/guard", any(async |_: Guard<Read>| "passed"))
        .route("/required", any(async |_: AuthInfo| "passed"))
        .route(
            "/claims",
            any(async |_: Claims<serde_json::Value>| "passed"),
        )
        .route("/organization", any(async |_: OrganizationId| "passed"))
        .route("/layer", layered.layer(logto.require::<Read>()))
        .route(
            "/optional",
            any(async |auth: Option<AuthInfo>| if auth.is_some() { "passed" } else { "nobody" }),
        )
        .with_state(logto.clone())
}

fn cookie(origins: Origins) -> TokenSource {
    TokenSource::Cookie {
        name: "__Host-token".to_owned(),
        origins,
    }
}

fn built(tenant: &TestTenant, sources: &[TokenSource]) -> Logto {
    let add = |builder: LogtoBuilder, source: &TokenSource| builder.token_source(source.clone());
    let builder = sources.iter().fold(tenant.logto(), add);
    builder.build().unwrap()
}

fn request(method: &Method, uri: &str, headers: &[&str]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(uri);
    for line in headers {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(Body::empty()).unwrap()
}

fn missing(scopes: &str) -> Answer {
    let challenge = match scopes {
        "" => "Bearer".to_owned(),
        scopes => format!(r#"Bearer scope="{scopes}""#),
    };
    Answer::refused(401, "Access token is missing", challenge.as_str())
}

fn several() -> Answer {
    let challenge = r#"Bearer error="invalid_request""#;
    Answer::refused(400, "Multiple access tokens", challenge)
}

fn cross_site() -> Answer {
    Answer::refused(403, "Cross-site request not accepted", "Bearer")
}

fn not_bearer_protocol() -> Answer {
    let message = "WebSocket protocol must be \"bearer\", then the token";
    Answer::refused(401, message, "Bearer")
}

/// Sends a request with these headers to every handler, and checks the answers. `expected` is `None` if the
/// `Logto` finds no token in the headers.
async fn expect(app: &Router, method: Method, headers: &[&str], expected: Option<Answer>) {
    let answer_without_token = |scopes| match &expected {
        Some(_) => None,
        None => Some(missing(scopes)),
    };
    for (uri, scopes) in WAYS {
        let answer = send(app, request(&method, uri, headers)).await;
        let missing = answer_without_token(scopes);
        let shown = format!("{method} {uri} {headers:?}");
        let passed = expected.as_ref() == Some(&Answer::ok("passed"));
        if uri == "/organization" && passed {
            // The tokens of these tests name no organization.
            assert_eq!(answer.status, 401, "{shown}");
            assert!(answer.body.contains("Organization context"), "{shown}");
            continue;
        }
        assert_eq!(
            Some(&answer),
            missing.as_ref().or(expected.as_ref()),
            "{shown}"
        );
    }
    let answer = send(app, request(&method, "/optional", headers)).await;
    let expected = expected.unwrap_or_else(|| Answer::ok("nobody"));
    assert_eq!(answer, expected, "{method} /optional {headers:?}");
}

#[tokio::test]
async fn a_token_in_the_protocols_of_a_websocket_is_accepted_in_every_way_to_authenticate() {
    let tenant = tenant();
    let app = app(&built(&tenant, &[TokenSource::WebSocketProtocol]));
    let token = tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint();
    for (value, expected) in [
        (format!("bearer, {token}"), Some(Answer::ok("passed"))),
        (format!("chat, bearer, {token}"), Some(Answer::ok("passed"))),
        ("bearer, a.b.c".to_owned(), Some(Answer::invalid_token())),
        ("bearer".to_owned(), Some(not_bearer_protocol())),
        (format!("Bearer, {token}"), Some(not_bearer_protocol())),
        (format!("bearer, {token}, bearer, {token}"), Some(several())),
        ("chat".to_owned(), None),
        (token.clone(), None),
    ] {
        let header = format!("sec-websocket-protocol: {value}");
        let lines = [
            header.as_str(),
            "upgrade: websocket",
            "origin: https://evil.example",
        ];
        expect(&app, Method::GET, &lines, expected).await;
    }
}

#[tokio::test]
async fn two_tokens_in_one_request_are_refused_wherever_they_are() {
    let tenant = tenant();
    let all = [
        TokenSource::Authorization,
        cookie(Origins::SameOrigin),
        TokenSource::WebSocketProtocol,
    ];
    let app = app(&built(&tenant, &all));
    let token = tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint();
    let places = [
        format!("authorization: Bearer {token}"),
        format!("cookie: __Host-token={token}"),
        format!("sec-websocket-protocol: bearer, {token}"),
    ];
    let same = "sec-fetch-site: same-origin";
    expect(&app, Method::POST, &[same], None).await;
    for (position, place) in places.iter().enumerate() {
        expect(
            &app,
            Method::POST,
            &[place, same],
            Some(Answer::ok("passed")),
        )
        .await;
        for other in &places[position + 1..] {
            expect(&app, Method::POST, &[place, other, same], Some(several())).await;
        }
    }
    // `Basic` is not accepted, but it is a second credential. Another part of the program might use it.
    let basic = "authorization: Basic dTpw";
    expect(
        &app,
        Method::POST,
        &[basic, &places[1], same],
        Some(several()),
    )
    .await;
    let not_bearer = "Authorization header must start with \"Bearer \"";
    let not_bearer = Answer::refused(401, not_bearer, "Bearer");
    expect(&app, Method::POST, &[basic, same], Some(not_bearer)).await;
}

#[tokio::test]
async fn a_token_in_the_query_or_a_form_is_never_read() {
    let tenant = tenant();
    let sources = [cookie(Origins::SameOrigin), TokenSource::WebSocketProtocol];
    let app = app(&built(&tenant, &sources));
    let token = tenant.token().scopes(["read:products"]).mint();
    for name in ["access_token", "__Host-token", "bearer"] {
        let uri = format!("/required?{name}={token}");
        let form = "content-type: application/x-www-form-urlencoded";
        let mut request = request(&Method::POST, &uri, &[form]);
        *request.body_mut() = Body::from(format!("{name}={token}"));
        assert_eq!(send(&app, request).await, missing(""), "{name}");
    }
}
