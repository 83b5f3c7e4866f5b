//! Compares the answers of the attribute and of the layer with the table of responses in `README.md`. An
//! [`Answer`] holds the status, the body and some headers.
//!
//! - `rows`: the rows about headers, tokens, organizations, scopes and misconfiguration
//! - `order`: a request with two faults gets the answer of the row that comes first
//! - `outage`: answers while Logto cannot be reached
//! - `own_body`: custom bodies from `on_rejection`
//!
//! Other suites, such as `subjects` and `revocation`, test the other rows.

mod order;
mod outage;
mod own_body;
mod rows;

use axum::{
    Router,
    routing::{MethodRouter, get as on_get},
};
use logto_runtime::{
    Logto, LogtoBuilder, Policy, require_auth, require_org_permission, require_org_scopes,
    require_scopes,
    test_util::{TestTenant, TokenBuilder},
};

use crate::support::{
    Answer, INSUFFICIENT_SCOPE, INVALID_TOKEN, NOW, ORG, PRODUCTS, at, get, send,
};

macro_rules! guards {
    ($($name:ident, $policy:ident: #[$guard:meta])+) => {$(
        #[$guard]
        async fn $name() -> &'static str {
            "admitted"
        }

        #[$guard]
        struct $policy;
    )+};
}

guards! {
    any_token, AnyToken: #[require_auth]
    products, Products: #[require_scopes("write:orders", any("read:products", "write:products"))]
    invite, Invite: #[require_org_permission("invite:member")]
    settings, Settings:
        #[require_org_scopes("write:settings", resource = "https://api.example.com/org")]
    unnamed, Unnamed: #[require_scopes("read:products", resource = "unnamed")]
    lost_path, LostPath: #[require_org_permission("invite:member", org = path("nowhere"))]
}

/// Builds a router with each guard twice: as an attribute, and as a layer around a handler without
/// a guard.
fn app(logto: LogtoBuilder) -> Router {
    fn layered<P: Policy>(logto: &Logto) -> MethodRouter<Logto> {
        on_get(async || "admitted").route_layer(logto.require::<P>())
    }
    let logto = logto.build().unwrap();
    let attributes = Router::new()
        .route("/any", on_get(any_token))
        .route("/products", on_get(products))
        .route("/{organization_id}/invite", on_get(invite))
        .route("/{organization_id}/settings", on_get(settings))
        .route("/unnamed", on_get(unnamed))
        .route("/lost", on_get(lost_path));
    let layers = Router::new()
        .route("/any", layered::<AnyToken>(&logto))
        .route("/products", layered::<Products>(&logto))
        .route("/{organization_id}/invite", layered::<Invite>(&logto))
        .route("/{organization_id}/settings", layered::<Settings>(&logto))
        .route("/unnamed", layered::<Unnamed>(&logto))
        .route("/lost", layered::<LostPath>(&logto));
    Router::new()
        .nest("/attribute", attributes)
        .nest("/layer", layers)
        .with_state(logto)
}

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(
            PRODUCTS,
            ["read:products", "write:products", "write:orders"],
        )
        .resource(ORG, ["write:settings"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

/// Sends a request with these `Authorization` headers to the attribute, and to the layer. Both must give
/// exactly this answer.
async fn expect(app: &Router, uri: &str, authorization: &[&[u8]], expected: &Answer) {
    for way in ["/attribute", "/layer"] {
        let headers: Vec<_> = authorization
            .iter()
            .map(|value| ("authorization", *value))
            .collect();
        let answer = send(app, get(&format!("{way}{uri}"), &headers)).await;
        let shown: Vec<_> = authorization
            .iter()
            .map(|v| v.escape_ascii().to_string())
            .collect();
        assert_eq!(answer, *expected, "{way}{uri} {shown:?}");
    }
}

async fn expect_token(app: &Router, uri: &str, token: TokenBuilder<'_>, expected: &Answer) {
    let bearer = format!("Bearer {}", token.mint());
    expect(app, uri, &[bearer.as_bytes()], expected).await;
}

fn not_bearer() -> Answer {
    Answer::refused(
        401,
        "Authorization header must start with \"Bearer \"",
        "Bearer",
    )
}

fn denied() -> Answer {
    Answer::refused(403, "Access denied", "Bearer")
}

fn invalid_audience() -> Answer {
    Answer::refused(401, "Invalid audience", INVALID_TOKEN)
}

fn no_organization() -> Answer {
    Answer::refused(401, "Organization context is missing", INVALID_TOKEN)
}

fn not_accepted() -> Answer {
    Answer::refused(403, "Organization token not accepted", INSUFFICIENT_SCOPE)
}

fn insufficient(scopes: &str) -> Answer {
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{scopes}""#);
    Answer::refused(403, "Insufficient scope", challenge.as_str())
}

fn unavailable(seconds: &str) -> Answer {
    Answer {
        retry_after: Some(seconds.to_owned()),
        ..Answer::refused(503, "Authorization service unavailable", None)
    }
}
