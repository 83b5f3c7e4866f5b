//! Recorded tokens that do not fit the route, and a good recorded token at a service with a wrong setting or
//! clock. Each refusal has the code of the mistake.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use logto_runtime::{Logto, LogtoBuilder};

use super::Observed;
use crate::{
    recorded::{KEY_SET, Recorded, text_of},
    support::{ORG, PRODUCTS, at},
};

const ISSUER: &str = "http://127.0.0.1:3001/oidc";

/// Returns a recorded token and a time at which it was valid.
fn token(name: &str) -> (String, u64) {
    let file = format!("tokens/{name}.json");
    let mut tokens = Recorded::read().tokens.into_iter();
    let token = tokens.find(|token| token.file == file).unwrap();
    (token.text(), token.now)
}

fn api(now: &Arc<AtomicU64>, change: impl FnOnce(LogtoBuilder) -> LogtoBuilder) -> Observed {
    let now = Arc::clone(now);
    let logto = Logto::builder("http://127.0.0.1:3001")
        .jwks_json(text_of(KEY_SET))
        .clock(move || at(now.load(Ordering::Relaxed)));
    Observed::new(change(logto))
}

fn with_resources(logto: LogtoBuilder) -> LogtoBuilder {
    logto.resource(PRODUCTS).resource(ORG)
}

#[tokio::test]
async fn recorded_tokens_are_refused_with_the_code_of_the_mistake() {
    let now = Arc::default();
    let api = api(&now, with_resources);
    let data = "/xavvmrxmxu9e/data";
    let invite = "/xavvmrxmxu9e/invite";
    for (name, uri, code) in [
        ("user-opaque", "/any", "opaque_token"),
        ("user-web-opaque", invite, "opaque_token"),
        ("user-id-token", "/any", "id_token"),
        (
            "m2m-org-permission",
            "/orders",
            "organization_token_without_resource",
        ),
        (
            "user-org-permission",
            data,
            "organization_token_without_resource",
        ),
        ("m2m-org-api", "/any", "invalid_audience"),
        ("m2m-management-api", "/orders", "invalid_audience"),
        (
            "m2m-reserved-organization-resource",
            data,
            "invalid_audience",
        ),
        (
            "user-org-resource-without-organization",
            data,
            "token_without_organization",
        ),
        (
            "user-code-with-resource-and-foreign-organization",
            data,
            "token_without_organization",
        ),
        ("user-global", invite, "token_without_organization"),
        (
            "m2m-reserved-organization-resource",
            invite,
            "token_without_organization",
        ),
        ("user-org-api", invite, "resource_token_on_permission_route"),
        (
            "m2m-org-api-other-resource",
            "/orders",
            "organization_token_on_global_route",
        ),
        (
            "user-org-api-other-resource",
            "/orders",
            "organization_token_on_global_route",
        ),
        ("m2m-org-api-member", data, "organization_mismatch"),
        ("m2m-org-permission-member", invite, "organization_mismatch"),
        ("m2m-global-full", "/users", "subject_not_accepted"),
        ("m2m-global-norole", "/orders", "no_scopes_granted"),
        ("user-global-noscope", "/orders", "no_scopes_granted"),
        ("m2m-org-permission-noscope", invite, "no_scopes_granted"),
        (
            "m2m-global-readonly-asks-more",
            "/orders",
            "insufficient_scope",
        ),
        ("m2m-global-full-after-rotation-ec", "/any", "unknown_key"),
        ("m2m-global-full", "/unnamed", "misconfigured"),
        ("m2m-global-full", "/plan", "custom_claims_do_not_fit"),
    ] {
        let (token, fresh) = token(name);
        now.store(fresh, Ordering::Relaxed);
        let refusal = api.refusal(uri, &[&format!("Bearer {token}")]).await;
        assert_eq!(refusal.code, code, "{name} at {uri}: {:?}", refusal.event);
    }
}

#[tokio::test]
async fn a_good_recorded_token_is_refused_with_the_code_of_a_wrong_setting_or_clock() {
    let (token, fresh) = token("m2m-global-full");
    let bearer = format!("Bearer {token}");
    type Change = fn(LogtoBuilder) -> LogtoBuilder;
    let slash: Change = |logto| logto.resource(format!("{PRODUCTS}/"));
    let domain: Change = |logto| with_resources(logto).issuer("https://auth.example.com/oidc");
    let twice: Change = |logto| with_resources(logto).issuer(format!("{ISSUER}/oidc"));
    let short: Change = |logto| with_resources(logto).max_token_bytes(100);
    for (code, change, now) in [
        ("audience_differs_by_trailing_slash", slash, fresh),
        ("issuer_custom_domain", domain, fresh),
        ("issuer_without_oidc", twice, fresh),
        ("oversized_token", short, fresh),
        ("clock_skew", with_resources, fresh - 300),
        ("expired", with_resources, fresh + 7_200),
    ] {
        let api = api(&Arc::new(AtomicU64::new(now)), change);
        let refusal = api.refusal("/any", &[&bearer]).await;
        assert_eq!(refusal.code, code, "{:?}", refusal.event);
    }
}
