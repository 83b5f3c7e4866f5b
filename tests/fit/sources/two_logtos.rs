//! Two `Logto`s on one request: neither uses a result of the other.

use axum::{
    Router,
    http::Method,
    routing::{MethodRouter, any},
};
use logto_runtime::{AuthInfo, Logto, Origins};
use tower::ServiceExt as _;

use super::{Read, built, cookie, missing, request};
use crate::support::{Answer, tenant};

#[tokio::test]
async fn each_of_two_logtos_on_one_request_decides_for_itself() {
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
