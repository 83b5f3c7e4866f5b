//! Tests a route on which the token is optional.

use super::*;

#[actix_web::test]
async fn only_a_request_without_a_token_passes_without_a_caller() {
    let (tenant, logto) = start();
    let bearer = |token: String| format!("Bearer {token}");
    let alice = bearer(tenant.token().user("alice").mint());
    let other = tenant
        .token()
        .user("alice")
        .resource("https://other.example");
    let other = bearer(other.mint());
    let expired = tenant
        .token()
        .user("alice")
        .issued_at(std::time::UNIX_EPOCH);
    let expired = bearer(expired.mint());
    let cases: [(&[&str], u16); 8] = [
        (&[], 200),
        (&[&alice], 200),
        (&[""], 401),
        (&["Basic dTpw"], 401),
        (&["Bearer nonsense"], 401),
        (&[&other], 401),
        (&[&expired], 401),
        (&[&alice, &alice], 400),
    ];
    for (headers, status) in cases {
        let (answered, _, body) = ask(&logto, get("/", headers)).await;
        assert_eq!(answered, status, "{headers:?}");
        let name = match headers {
            [] => "hello, stranger\n",
            _ => "hello, alice\n",
        };
        assert_eq!(body == name, status == 200, "{headers:?}: {body}");
    }
    tenant.fail(http::StatusCode::INTERNAL_SERVER_ERROR);
    let logto = tenant.logto().build().unwrap();
    assert_eq!(ask(&logto, get("/", &[&alice])).await.0, 503);
    assert_eq!(ask(&logto, get("/", &[])).await.0, 200);
}
