//! Tests the audience of a token: a string or an array of strings. An audience that names an organization
//! must be the only one. The claim `organization_id`, if present, must then name the same organization.

use serde_json::{Value, json};

use super::Api;
use crate::support::{Answer, INVALID_TOKEN, ORG, PRODUCTS};

const ACME: &str = "urn:logto:organization:acme";

#[tokio::test]
async fn an_ill_typed_or_empty_audience_is_refused() {
    let api = Api::start();
    for value in [
        json!(null),
        json!(7),
        json!(true),
        json!({}),
        json!({"0": PRODUCTS}),
        json!(""),
        json!([]),
        json!([""]),
        json!([PRODUCTS, ""]),
        json!([PRODUCTS, null]),
        json!([PRODUCTS, 7]),
        json!([[PRODUCTS]]),
        json!([PRODUCTS, [PRODUCTS]]),
    ] {
        let token = api.token().audience(&value).mint();
        api.refuses(&value.to_string(), &token).await;
    }
}

#[tokio::test]
async fn the_audience_matches_the_resource_byte_for_byte_in_a_string_or_a_list() {
    let api = Api::start();
    for value in [
        json!(PRODUCTS),
        json!([PRODUCTS]),
        json!([ORG, PRODUCTS]),
        json!([PRODUCTS, PRODUCTS]),
        json!(["https://elsewhere.example", PRODUCTS, "app"]),
    ] {
        let token = api.token().audience(&value).mint();
        api.accepts(&value.to_string(), &token).await;
    }
    let wrong = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    for value in [
        json!(ORG),
        json!([ORG]),
        json!("https://api.example.com/products/"),
        json!("https://API.example.com/products"),
        json!("https://api.example.com/product"),
        json!("https://api.example.com/productss"),
        json!("https://api.example.com/%70roducts"),
        json!("https://api.example.com:443/products"),
        json!("https://api.example.com/products https://api.example.com/org"),
        json!("https://api.example.com"),
        json!("*"),
        json!(ACME),
        json!("urn:logto:resource:organizations"),
    ] {
        let token = api.token().audience(&value).mint();
        api.answers(&value.to_string(), "/products", &token, &wrong)
            .await;
    }
}

#[tokio::test]
async fn an_organization_audience_is_the_only_one_and_agrees_with_organization_id() {
    let api = Api::start();
    let token = |audience: &Value, organization: Option<&str>| {
        let token = api.tenant.token().user("alice").organization("acme");
        let token = token.scopes(["invite:member"]).audience(audience);
        match organization {
            Some(organization) => token.claim("organization_id", organization).mint(),
            None => token.mint(),
        }
    };
    for (audience, claim) in [
        (json!(ACME), None),
        (json!([ACME]), None),
        (json!(ACME), Some("acme")),
    ] {
        let token = token(&audience, claim);
        api.answers(
            &audience.to_string(),
            "/invite",
            &token,
            &Answer::ok("acme"),
        )
        .await;
    }
    for (audience, claim) in [
        (json!("urn:logto:organization:"), None),
        (json!([ACME, "urn:logto:organization:globex"]), None),
        (json!([ACME, ACME]), None),
        (json!([ACME, PRODUCTS]), None),
        (json!([PRODUCTS, ACME]), None),
        (json!([PRODUCTS, "urn:logto:organization:"]), None),
        (json!(ACME), Some("globex")),
        (json!(ACME), Some("ACME")),
        (json!([ACME]), Some("globex")),
    ] {
        let token = token(&audience, claim);
        let case = format!("{audience} {claim:?}");
        for uri in ["/invite", "/products", "/data"] {
            api.answers(&case, uri, &token, &Answer::invalid_token())
                .await;
        }
    }
}

#[tokio::test]
async fn only_the_whole_prefix_names_an_organization() {
    let api = Api::start();
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    for audience in [
        "urn:logto:resource:organizations",
        "urn:logto:organizations:acme",
        "URN:logto:organization:acme",
        "urn:logto:organization",
        " urn:logto:organization:acme",
        "xurn:logto:organization:acme",
        "acme",
        PRODUCTS,
    ] {
        for claim in [None, Some("acme")] {
            let token = api.tenant.token().user("alice").organization("acme");
            let token = token.scopes(["invite:member"]).audience(audience);
            let token = match claim {
                Some(claim) => token.claim("organization_id", claim),
                None => token,
            };
            api.answers(audience, "/invite", &token.mint(), &missing)
                .await;
        }
    }
    let odd = api
        .tenant
        .token()
        .organization(":x:y z")
        .scopes(["invite:member"]);
    api.answers(
        "the rest is the id",
        "/invite",
        &odd.mint(),
        &Answer::ok(":x:y z"),
    )
    .await;
}

#[tokio::test]
async fn an_organization_audience_does_not_replace_the_resource() {
    let api = Api::start();
    let wrong = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    let token = api
        .tenant
        .token()
        .organization("acme")
        .scopes(["read:data"])
        .mint();
    api.answers(
        "an organization token without the resource",
        "/data",
        &token,
        &wrong,
    )
    .await;
    let token = api
        .tenant
        .token()
        .resource(ORG)
        .organization("acme")
        .scopes(["read:data"]);
    api.answers(
        "a token for the resource",
        "/data",
        &token.mint(),
        &Answer::ok("acme"),
    )
    .await;
}
