//! Where the token comes from, in every way to authenticate. The rules of each source are tested in
//! `token/source/`.

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
use tower::ServiceExt as _;

use crate::support::{Answer, PRODUCTS, send, tenant};

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

/// Handlers that need a caller, with the scopes that a challenge to them lists.
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

/// Sends a request with these headers to every handler. Without an expected answer, the headers have no token.
async fn expect(app: &Router, method: Method, headers: &[&str], expected: Option<Answer>) {
    let place = |scopes| match &expected {
        Some(_) => None,
        None => Some(missing(scopes)),
    };
    for (uri, scopes) in WAYS {
        let answer = send(app, request(&method, uri, headers)).await;
        let missing = place(scopes);
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
async fn a_token_in_a_cookie_is_accepted_everywhere_and_only_from_an_accepted_origin() {
    let tenant = tenant();
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let (good, bad) = (token.mint(), tenant.token().tampered().mint());
    let good = format!("cookie: theme=dark; __Host-token={good}");
    let bad = format!("cookie: __Host-token={bad}");
    let (good, bad) = (good.as_str(), bad.as_str());
    let ok = || Some(Answer::ok("passed"));
    let same = "sec-fetch-site: same-origin";
    let app_origin = "origin: https://app.example.com";

    let app = |origins| app(&built(&tenant, &[cookie(origins)]));
    let same_origin = app(Origins::SameOrigin);
    expect(&same_origin, Method::GET, &[good, same], ok()).await;
    expect(&same_origin, Method::GET, &[good], Some(cross_site())).await;
    expect(&same_origin, Method::POST, &[good, same], ok()).await;
    expect(&same_origin, Method::POST, &[good], Some(cross_site())).await;
    expect(
        &same_origin,
        Method::POST,
        &[good, app_origin],
        Some(cross_site()),
    )
    .await;
    // The origin is asked first: an attacker does not learn whether the cookie is good.
    expect(&same_origin, Method::POST, &[bad], Some(cross_site())).await;
    expect(
        &same_origin,
        Method::POST,
        &[bad, same],
        Some(Answer::invalid_token()),
    )
    .await;

    let listed = app(Origins::listed(["https://app.example.com"]));
    expect(&listed, Method::POST, &[good, app_origin], ok()).await;
    expect(&listed, Method::POST, &[good, same], Some(cross_site())).await;
    expect(
        &listed,
        Method::POST,
        &[good, "origin: null"],
        Some(cross_site()),
    )
    .await;
    let handshake = "upgrade: websocket";
    expect(&listed, Method::GET, &[good, handshake], Some(cross_site())).await;
    expect(&listed, Method::GET, &[good, handshake, app_origin], ok()).await;

    for app in [same_origin, listed] {
        expect(&app, Method::POST, &[], None).await;
        expect(&app, Method::GET, &["cookie: theme=dark"], None).await;
        // Not configured, and so not read.
        let token = tenant.token().scopes(["read:products"]).mint();
        let header = format!("authorization: Bearer {token}");
        expect(&app, Method::GET, &[&header], None).await;
        let protocol = format!("sec-websocket-protocol: bearer, {token}");
        expect(&app, Method::GET, &[&protocol], None).await;
        let empty = "cookie: __Host-token=";
        let invalid = Some(Answer::invalid_token());
        expect(&app, Method::GET, &[empty, same], invalid).await;
        expect(&app, Method::GET, &[good, good], Some(several())).await;
    }
}

#[tokio::test]
async fn a_token_in_the_protocols_of_a_websocket_is_accepted_everywhere() {
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
    // Unusable, but there: nobody can tell which one counts.
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
        let mut request = request(&Method::POST, &uri, &[]);
        *request.body_mut() = Body::from(format!("{name}={token}"));
        assert_eq!(send(&app, request).await, missing(""), "{name}");
    }
}

#[test]
fn a_cookie_without_origins_does_not_build() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    for origins in [Origins::Listed(Vec::new()), Origins::listed(["*"])] {
        let error = tenant
            .logto()
            .token_source(cookie(origins))
            .build()
            .unwrap_err();
        assert!(error.to_string().starts_with("token_source is "), "{error}");
    }
}

/// Two handles of one program keep what they remember apart. That costs a signature check and
/// nothing else.
#[tokio::test]
async fn two_logtos_on_one_request_decide_each_for_itself() {
    let tenant = tenant();
    let header = tenant.logto().token_cache_bytes(0).build().unwrap();
    let from_cookie = built(&tenant, &[cookie(Origins::SameOrigin)]);
    let denying = tenant
        .logto()
        .token_cache_bytes(0)
        .deny_if(|auth| auth.subject() == "mallory")
        .build()
        .unwrap();
    let token = |user: &str| tenant.token().user(user).scopes(["read:products"]).mint();
    let (alice, mallory) = (token("alice"), token("mallory"));
    let router = |outer: &Logto, inner: &Logto| -> Router {
        let handler: MethodRouter<Logto> = any(async |auth: AuthInfo| auth.subject().to_owned());
        Router::new()
            .route("/", handler.layer(outer.require::<Read>()))
            .with_state(inner.clone())
    };
    for (outer, inner, headers, expected) in [
        (
            &header,
            &denying,
            vec![format!("authorization: Bearer {alice}")],
            Answer::ok("alice"),
        ),
        (
            &denying,
            &header,
            vec![format!("authorization: Bearer {alice}")],
            Answer::ok("alice"),
        ),
        (
            &header,
            &denying,
            vec![format!("authorization: Bearer {mallory}")],
            Answer::invalid_token(),
        ),
        (
            &denying,
            &header,
            vec![format!("authorization: Bearer {mallory}")],
            Answer::invalid_token(),
        ),
        (
            &header,
            &from_cookie,
            vec![format!("authorization: Bearer {alice}")],
            missing(""),
        ),
        (
            &header,
            &from_cookie,
            vec![
                format!("authorization: Bearer {alice}"),
                format!("cookie: __Host-token={mallory}"),
                "sec-fetch-site: same-origin".to_owned(),
            ],
            Answer::ok("mallory"),
        ),
    ] {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let request = request(&Method::GET, "/", &headers);
        let response = router(outer, inner).oneshot(request).await.unwrap();
        assert_eq!(Answer::of(response).await, expected, "{headers:?}");
    }
}
