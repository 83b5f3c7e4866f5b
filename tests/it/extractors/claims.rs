//! `Claims<T>`: custom claims, deserialized with serde.

use axum::{Router, routing::get as on_get};
use logto_runtime::{AuthInfo, Claims};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{alice, tenant};
use crate::support::{Answer, INVALID_TOKEN, PRODUCTS, ask, get, send};

#[derive(Deserialize)]
struct Plan {
    plan: String,
    limits: Limits,
    #[serde(default)]
    beta: bool,
}

#[derive(Deserialize)]
struct Limits {
    seats: u32,
}

async fn plan(Claims(plan): Claims<Plan>) -> String {
    format!("{} {} {}", plan.plan, plan.limits.seats, plan.beta)
}

#[tokio::test]
async fn claims_that_fit_the_type_are_extracted_and_others_make_the_token_invalid() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", on_get(plan)).with_state(logto);
    let token = |plan: Value, limits: Value| {
        let token = alice(&tenant).claim("plan", plan).claim("limits", limits);
        token.claim("unread", json!({"any": "thing"})).mint()
    };
    let fits = token(json!("pro"), json!({"seats": 5}));
    assert_eq!(ask(&app, "/", &fits).await, Answer::ok("pro 5 false"));
    for (plan, limits) in [
        (json!(null), json!({"seats": 5})),
        (json!(7), json!({"seats": 5})),
        (json!(["pro"]), json!({"seats": 5})),
        (json!("pro"), json!(null)),
        (json!("pro"), json!({})),
        (json!("pro"), json!({"seats": "5"})),
        (json!("pro"), json!({"seats": -1})),
        (json!("pro"), json!({"seats": 5_000_000_000_u64})),
    ] {
        let token = token(plan.clone(), limits.clone());
        for _ in 0..2 {
            assert_eq!(
                ask(&app, "/", &token).await,
                Answer::invalid_token(),
                "{plan} {limits}"
            );
        }
    }
    assert_eq!(
        ask(&app, "/", &alice(&tenant).mint()).await,
        Answer::invalid_token()
    );
}

#[tokio::test]
async fn the_claims_extractor_without_a_guard_authenticates_as_auth_info_does() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", on_get(plan)).with_state(logto);
    let missing = Answer::missing("");
    assert_eq!(send(&app, get("/", &[])).await, missing);
    let token = alice(&tenant)
        .claim("plan", "pro")
        .claim("limits", json!({"seats": 5}));
    let audience = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    let elsewhere = token.audience("https://elsewhere.example").mint();
    assert_eq!(ask(&app, "/", &elsewhere).await, audience);
}

#[tokio::test]
async fn the_error_names_the_member_and_never_its_value() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read by its Debug")]
    struct Flattened {
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, u32>,
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let verified = async |limits: Value| -> AuthInfo {
        let token = alice(&tenant).claim("plan", "pro").claim("limits", limits);
        logto.verify(&token.mint()).await.unwrap()
    };
    for (limits, member) in [
        (json!({"seats": "hush-hush"}), "limits.seats"),
        (json!("hush-hush"), "limits"),
        (json!({"hush-hush": 5}), "limits.seats"),
        (json!(["hush-hush"]), "limits[0]"),
    ] {
        let error = verified(limits.clone())
            .await
            .claims::<Plan>()
            .err()
            .unwrap();
        assert_eq!(error.member(), member, "{limits}");
        assert_eq!(
            error.to_string(),
            format!("the claims do not fit the type, at {member}")
        );
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
    let auth = verified(json!({})).await;
    let error = auth.claims::<Vec<u8>>().unwrap_err();
    assert_eq!(error.member(), ".");
    let error = auth.claims::<Flattened>().unwrap_err();
    assert!(!error.to_string().contains("alice"), "{error}");
    let missing = logto.verify(&alice(&tenant).mint()).await.unwrap();
    assert_eq!(missing.claims::<Plan>().err().unwrap().member(), "plan");
}

#[tokio::test]
async fn the_standard_claims_can_be_read_too() {
    #[derive(Deserialize)]
    struct Standard {
        sub: String,
        aud: String,
        exp: u64,
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let auth = logto.verify(&alice(&tenant).mint()).await.unwrap();
    let claims: Standard = auth.claims().unwrap();
    assert_eq!(
        (claims.sub.as_str(), claims.aud.as_str()),
        ("alice", PRODUCTS)
    );
    assert_eq!(claims.exp, crate::support::NOW + 3_600);
}
