//! The log event of each refusal, and the data that it must not contain.

use std::collections::BTreeMap;

use axum::{Router, http::Request, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use logto_runtime::{
    AuthInfo, Claims, Guard, Logto, OrganizationId, require_org_permission, require_scopes,
    test_util::TestTenant,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::{Layer, ServiceExt};
use tracing::Level;

use crate::{
    events::{Event, Events},
    recorded_decisions::replay,
    support::{NOW, PRODUCTS, ask, at, with_token},
};

#[require_scopes("read:products")]
#[require_scopes("write:products")]
async fn stacked() {}

#[require_scopes("read:products")]
struct Read;

async fn by_guard(_: Guard<Read>, _: AuthInfo) {}

async fn alone(_: AuthInfo) {}

async fn optional(_: Option<AuthInfo>) {}

async fn organization(_: OrganizationId) {}

async fn claims(Claims(_): Claims<Plan>) {}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only parsed")]
struct Plan {
    seats: u32,
}

#[require_org_permission("invite:member")]
async fn invite() {}

#[require_org_permission("invite:member")]
struct Invite;

#[require_org_permission("invite:member", org = path("team"))]
async fn invite_in_team() {}

#[require_scopes("read:products", resource = "unnamed")]
async fn unnamed() {}

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

fn app(logto: &Logto) -> Router {
    Router::new()
        .route("/stacked", get(stacked))
        .route("/guard", get(by_guard))
        .route(
            "/layer",
            get(async || ()).route_layer(logto.require::<Read>()),
        )
        .route("/alone", get(alone))
        .route("/optional", get(optional))
        .route("/organization", get(organization))
        .route("/claims", get(claims))
        .route("/unnamed", get(unnamed))
        .route("/teams/{id}", get(invite_in_team))
        .route("/items/{id}", get(invite))
        .with_state(logto.clone())
}

#[track_caller]
fn assert_refusal(event: &Event, code: &str) {
    assert_eq!(event.level, Level::DEBUG, "{event:?}");
    assert_eq!(event.message, "request refused");
    assert_eq!(event.fields["code"], code);
}

#[tokio::test]
async fn every_kind_of_guard_logs_one_event_for_a_refused_request() {
    let events = Events::collect();
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = app(&logto);
    let poor = || tenant.token().user("alice").scopes(["nothing"]);
    let (good, forged) = (poor().mint(), poor().tampered().mint());
    for uri in ["/stacked", "/guard", "/layer"] {
        assert_eq!(ask(&app, uri, &good).await.status, 403);
        let event = events.only();
        assert_refusal(&event, "insufficient_scope");
        let caller = (&*event.fields["subject"], &*event.fields["client_id"]);
        assert_eq!(caller, ("alice", "test-app"), "{uri}");
    }
    for uri in [
        "/stacked",
        "/guard",
        "/layer",
        "/alone",
        "/optional",
        "/organization",
        "/claims",
    ] {
        assert_eq!(ask(&app, uri, &forged).await.status, 401);
        let event = events.only();
        assert_refusal(&event, "bad_signature");
        assert_eq!(event.fields["kid"], tenant.signing_kid());
        let unverified = ["subject", "client_id"].map(|name| event.fields.get(name));
        assert_eq!(
            unverified,
            [None, None],
            "the caller is not verified: {uri}"
        );
    }
    let auth = logto.verify(&good).await.unwrap();
    assert_eq!(events.take(), []);
    auth.check::<Read>().await.unwrap_err();
    assert_refusal(&events.only(), "insufficient_scope");
    logto.verify(&forged).await.unwrap_err();
    assert_refusal(&events.only(), "bad_signature");
}

#[tokio::test]
async fn the_log_names_a_claim_that_does_not_fit_but_not_its_value() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(&tenant.logto().build().unwrap());
    for token in [
        tenant.token().claim("seats", "hush-hush"),
        tenant.token().claim("seats", json!({"hush-hush": 1})),
        tenant.token().claim("other", "hush-hush"),
    ] {
        assert_eq!(ask(&app, "/claims", &token.mint()).await.status, 401);
        let event = events.only();
        assert_refusal(&event, "custom_claims_do_not_fit");
        assert!(event.fields["reason"].contains("at seats"), "{event:?}");
        assert!(!format!("{event:?}").contains("hush"), "{event:?}");
    }
}

/// If a claim is a map, the token decides the names in it. A line break or an escape sequence in a name could
/// forge or hide log lines.
#[tokio::test]
async fn the_name_of_a_claim_is_logged_escaped() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only parsed")]
    struct Seats {
        seats: BTreeMap<String, u32>,
    }

    async fn seats(Claims(_): Claims<Seats>) {}
    let events = Events::collect();
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", get(seats)).with_state(logto);
    for (name, shown) in [
        ("line\nbreak", r"line\nbreak"),
        ("\u{1b}[31mred", r"\u{1b}[31mred"),
        ("carriage\rreturn", r"carriage\rreturn"),
        ("right\u{202e}to left", r"right\u{202e}to left"),
    ] {
        let token = tenant.token().claim("seats", json!({ name: "hush" }));
        assert_eq!(ask(&app, "/", &token.mint()).await.status, 401);
        let event = events.only();
        assert_refusal(&event, "custom_claims_do_not_fit");
        let reason = &event.fields["reason"];
        assert!(reason.ends_with(&format!("at seats.{shown}")), "{reason:?}");
    }
}

#[tokio::test]
async fn a_misconfiguration_is_logged_as_an_error_once_with_the_fix() {
    let events = Events::collect();
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = app(&logto);
    let member = tenant
        .token()
        .organization("acme")
        .scopes(["invite:member"])
        .mint();
    let user = tenant.token().mint();
    let outside = logto.require::<Invite>().layer(app.clone());
    for (uri, token, fixes) in [
        ("/unnamed", &user, &[r#".named_resource("unnamed""#][..]),
        (
            "/teams/acme",
            &member,
            &[r#"no path parameter "team""#, "rename the parameter"],
        ),
        ("/items/acme", &member, &["org = path(", "org = token"]),
        ("outside", &member, &["route_layer", "org = token"]),
    ] {
        for first in [true, false] {
            let status = match uri {
                "outside" => {
                    let request: Request<axum::body::Body> = with_token("/alone", token);
                    outside.clone().oneshot(request).await.unwrap().status()
                }
                _ => ask(&app, uri, token).await.status.try_into().unwrap(),
            };
            assert_eq!(status, 500, "{uri}");
            let event = events.only();
            let level = if first { Level::ERROR } else { Level::DEBUG };
            assert_eq!(
                (event.level, &*event.fields["code"]),
                (level, "misconfigured")
            );
            for fix in fixes {
                assert!(event.fields["reason"].contains(fix), "{fix} in {event:?}");
            }
        }
    }
}

/// Collects the strings of a JSON value that are too long to occur in a log by chance.
fn strings(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() >= 8 => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, all)),
        Value::Object(members) => members.values().for_each(|member| strings(member, all)),
        _ => {}
    }
}

#[tokio::test]
async fn no_claim_of_a_recorded_token_is_logged_except_subject_and_client() {
    let events = Events::collect();
    const OWN: [&str; 4] = [
        "expected_issuer",
        "expected_audience",
        "requirement",
        "route",
    ];
    let mut refusals = 0;
    let mut own_fields = BTreeMap::new();
    replay(1 << 20, |replayed| {
        let logged = events.take();
        assert_eq!(
            logged.len(),
            usize::from(replayed.answer.status != 200),
            "{}",
            replayed.case
        );
        refusals += logged.len();
        let mut logged = logged;
        for event in &mut logged {
            // Some fields show settings of the service. A token can have the same values, for example the
            // same issuer. So these fields are not searched. Instead, they must be the same for every token
            // that one guard refuses.
            let guard = replayed.case.split(" at ").last().unwrap().to_owned();
            let own = OWN.map(|name| event.fields.remove(name));
            assert!(
                own.iter().all(Option::is_some),
                "{}: {own:?}",
                replayed.case
            );
            let first = own_fields.entry(guard).or_insert_with(|| own.clone());
            assert_eq!(*first, own, "{}", replayed.case);
        }
        let logged = format!("{logged:?}");
        let mut secrets: Vec<String> = replayed.token.split('.').map(str::to_owned).collect();
        if let Some(claims) = replayed.token.split('.').nth(1) {
            let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
            let mut claims: Value = serde_json::from_slice(&claims).unwrap();
            let members = claims.as_object_mut().unwrap();
            let caller = ["sub", "client_id"].map(|name| members.remove(name));
            strings(&claims, &mut secrets);
            secrets.retain(|secret| !caller.contains(&Some(json!(secret))));
        }
        for secret in secrets {
            assert!(
                !logged.contains(&secret),
                "{}: {secret} in {logged}",
                replayed.case
            );
        }
    })
    .await;
    assert!(refusals > 300, "{refusals}");
    assert_eq!(own_fields.len(), 9);
}
