//! The calls of the simulated Management API that suspend or delete a user, or remove a member. Their errors
//! are compared with recorded errors of a Logto server.

use std::{fs, path::Path};

use http::Method;
use logto_runtime::test_util::{Client, Membership, TestTenant, User};
use serde_json::{Value, json};

use super::{header_value, http};

const MANAGEMENT_API: &str = "https://default.logto.app/api";

fn tenant() -> TestTenant {
    TestTenant::builder()
        .organization("acme")
        .user(User::new("alice").member_of("acme", Membership::new()))
        .client(Client::new("manager", "secret").scopes(MANAGEMENT_API, ["all"]))
        .start()
}

fn refusal(case: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/management-api/refusals.json");
    let all: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut cases = all["cases"].as_array().unwrap().iter();
    cases.find(|it| it["case"] == case).unwrap().clone()
}

#[tokio::test]
async fn calls_about_people_without_a_good_token_are_refused_with_the_recorded_errors() {
    let tenant = tenant();
    let of_manager = || tenant.token().client("manager").resource(MANAGEMENT_API);
    let good = of_manager().scopes(["all"]).mint();
    let without_scope = of_manager().mint();
    let foreign = tenant
        .token()
        .client("manager")
        .resource("https://other.example");
    let foreign = foreign.scopes(["all"]).mint();
    for (case, header) in [
        ("lower-case bearer", Some(format!("bearer {good}"))),
        ("Bearer with two spaces", Some(format!("Bearer  {good}"))),
        ("Basic scheme", Some("Basic YTpi".to_owned())),
        ("no Authorization header", None),
        ("opaque/garbage token", Some("Bearer garbage".to_owned())),
        ("wrong audience", Some(format!("Bearer {foreign}"))),
        (
            "right audience, no scope",
            Some(format!("Bearer {without_scope}")),
        ),
        ("valid token", Some(format!("Bearer {good}"))),
    ] {
        let expected = refusal(case);
        for (method, path) in [
            (Method::PATCH, "/api/users/alice/is-suspended"),
            (Method::DELETE, "/api/organizations/acme/users/alice"),
            (Method::DELETE, "/api/users/alice"),
        ] {
            let url = format!("{}{path}", tenant.endpoint());
            let mut call = http()
                .request(method, url)
                .json(&json!({ "isSuspended": true }));
            if let Some(header) = &header {
                call = call.header("authorization", header);
            }
            let response = call.send().await.unwrap();
            let status = response.status();
            if case == "valid token" {
                assert!(status.is_success(), "{path}: {status}");
                continue;
            }
            assert_eq!(expected["status"], status.as_u16(), "{case}: {path}");
            assert!(!response.headers().contains_key("www-authenticate"));
            assert_eq!(
                expected["content_type"],
                header_value(&response, "content-type"),
                "{case}: {path}"
            );
            let body: Value = response.json().await.unwrap();
            for field in ["code", "message"] {
                assert_eq!(body[field], expected["body"][field], "{case}: {path}");
            }
        }
    }
}
