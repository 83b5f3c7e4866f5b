//! Tests that the answers are the same as with axum. `logto-runtime/docs/errors-and-challenges.md` lists
//! them.

#![cfg(test)]

mod around;
mod misplaced;
mod optional;

use actix::{embedded, routes};
use actix_web::{
    App, Error, HttpResponse,
    body::to_bytes,
    dev::{Service, ServiceResponse},
    http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE},
    test::{TestRequest, init_service},
    web::Data,
};
use logto_runtime::{Logto, test_util::TestTenant};
use serde_json::json;

/// The status, the challenge and the body of an answer.
type Answer = (u16, Option<String>, String);

async fn ask(logto: &Logto, request: TestRequest) -> Answer {
    let app = App::new()
        .app_data(Data::new(logto.clone()))
        .configure(routes);
    let app = init_service(app).await;
    answer(respond(&app, request.to_request()).await).await
}

/// Sends a request. If a middleware returns an error, converts it into a response, as the server does.
async fn respond<R>(
    app: &impl Service<R, Response = ServiceResponse, Error = Error>,
    request: R,
) -> HttpResponse {
    match app.call(request).await {
        Ok(response) => response.into(),
        Err(error) => error.error_response(),
    }
}

async fn answer(response: HttpResponse) -> Answer {
    let status = response.status().as_u16();
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let challenge = header(WWW_AUTHENTICATE);
    if status >= 400 {
        assert_eq!(header(CACHE_CONTROL).as_deref(), Some("no-store"));
    }
    assert_eq!(header(RETRY_AFTER).is_some(), status == 503);
    let body = to_bytes(response.into_body()).await.unwrap().to_vec();
    (status, challenge, String::from_utf8(body).unwrap())
}

fn get(path: &str, headers: &[&str]) -> TestRequest {
    let request = TestRequest::get().uri(path);
    headers.iter().fold(request, |request, value| {
        request.append_header(("authorization", *value))
    })
}

fn post(path: &str, token: &str) -> TestRequest {
    let header = ("authorization", format!("Bearer {token}"));
    TestRequest::post()
        .uri(path)
        .append_header(header)
        .set_payload("a product")
}

fn refused(status: u16, message: &str, challenge: Option<&str>) -> Answer {
    (
        status,
        challenge.map(str::to_owned),
        json!({ "error": message }).to_string(),
    )
}

fn start() -> (TestTenant, Logto) {
    let tenant = embedded();
    let logto = tenant.logto().build().unwrap();
    (tenant, logto)
}

#[actix_web::test]
async fn answers_have_the_documented_status_body_and_challenge() {
    let (tenant, logto) = start();
    let bearer = |token: String| format!("Bearer {token}");
    let good = bearer(
        tenant
            .token()
            .user("alice")
            .scopes(["read:products"])
            .mint(),
    );
    let without_scope = bearer(tenant.token().user("alice").mint());
    let other_resource = bearer(
        tenant
            .token()
            .user("alice")
            .resource("https://other.example")
            .mint(),
    );
    let organization_token = bearer(tenant.token().user("alice").organization("acme").mint());
    let invalid = Some("Bearer error=\"invalid_token\"");
    let cases: [(&[&str], Answer); 8] = [
        (
            &[&good],
            (200, None, "alice may read products\n".to_owned()),
        ),
        (
            &[&good, &good],
            refused(
                400,
                "Multiple Authorization headers",
                Some("Bearer error=\"invalid_request\""),
            ),
        ),
        (
            &[],
            refused(
                401,
                "Authorization header is missing",
                Some("Bearer scope=\"read:products\""),
            ),
        ),
        (
            &["Basic dTpw"],
            refused(
                401,
                "Authorization header must start with \"Bearer \"",
                Some("Bearer"),
            ),
        ),
        (&["Bearer nonsense"], refused(401, "Invalid token", invalid)),
        (
            &[&other_resource],
            refused(401, "Invalid audience", invalid),
        ),
        (
            &[&organization_token],
            refused(401, "Invalid audience", invalid),
        ),
        (
            &[&without_scope],
            refused(
                403,
                "Insufficient scope",
                Some("Bearer error=\"insufficient_scope\", scope=\"read:products\""),
            ),
        ),
    ];
    for (headers, expected) in cases {
        assert_eq!(ask(&logto, get("/products", headers)).await, expected);
    }
}

#[actix_web::test]
async fn an_outage_of_logto_is_answered_with_503_and_retry_after() {
    let (tenant, logto) = start();
    let token = tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint();
    tenant.fail(http::StatusCode::INTERNAL_SERVER_ERROR);
    let answer = ask(&logto, get("/products", &[&format!("Bearer {token}")])).await;
    assert_eq!(
        answer,
        refused(503, "Authorization service unavailable", None)
    );
}

#[actix_web::test]
async fn the_organization_in_the_path_must_be_that_of_the_token() {
    let (tenant, logto) = start();
    let acme = tenant
        .token()
        .user("alice")
        .organization("acme")
        .scopes(["invite:member"])
        .mint();
    let insufficient = Some("Bearer error=\"insufficient_scope\"");
    let mismatch = || refused(403, "Organization mismatch", insufficient);
    let cases = [
        (
            "acme",
            (200, None, "alice may invite members to acme\n".to_owned()),
        ),
        ("globex", mismatch()),
        ("ACME", mismatch()),
        ("acme%20", mismatch()),
        ("acme%252F", mismatch()),
    ];
    for (organization, expected) in cases {
        let path = format!("/organizations/{organization}/members");
        assert_eq!(
            ask(&logto, post(&path, &acme)).await,
            expected,
            "{organization}"
        );
    }
}

#[actix_web::test]
async fn a_middleware_refuses_a_token_without_the_scope() {
    let (tenant, logto) = start();
    let of = |scopes: &[&str]| {
        tenant
            .token()
            .user("alice")
            .scopes(scopes.iter().copied())
            .mint()
    };
    let answer = ask(&logto, post("/products", &of(&["write:products"]))).await;
    assert_eq!(answer, (200, None, "added a product\n".to_owned()));
    let (status, challenge, _) = ask(&logto, post("/products", &of(&["read:products"]))).await;
    let expected = "Bearer error=\"insufficient_scope\", scope=\"write:products\"";
    assert_eq!((status, challenge.as_deref()), (403, Some(expected)));
}
