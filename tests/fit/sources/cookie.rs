//! Tests the origins from which a token in a cookie is accepted.

use axum::http::Method;
use logto_runtime::{Origins, test_util::TestTenant};

use super::{app, built, cookie, cross_site, expect, several};
use crate::support::{Answer, PRODUCTS, tenant};

#[tokio::test]
async fn a_token_in_a_cookie_is_accepted_only_from_an_accepted_origin() {
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
    // The origin is checked before the token. So an attacker does not learn whether the token is valid.
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
        // Only the cookie is configured, so tokens in other places are not read.
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

#[test]
fn build_refuses_a_cookie_with_an_empty_or_invalid_list_of_origins() {
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
