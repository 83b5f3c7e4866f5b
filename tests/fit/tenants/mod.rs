//! `Logto::any_of`: several tenants on the same routes. The issuer of a token chooses the tenant.

mod custom_domain;
mod metadata;
mod separate;
mod settings;

use axum::{
    Router,
    routing::{MethodRouter, get as on_get},
};
use logto_runtime::{
    AuthInfo, Guard, Logto, LogtoBuilder, OrganizationId, RejectionCode, require_auth,
    require_org_permission, require_org_scopes, require_scopes,
    test_util::{TestTenant, TokenBuilder},
};

use crate::support::{Answer, PRODUCTS, ask, get, send, tenant};

#[require_scopes("read:products")]
async fn attribute(auth: AuthInfo) -> String {
    auth.issuer().to_owned()
}

#[require_scopes("read:products")]
struct Read;

#[require_org_permission("invite:member")]
async fn invite(organization: OrganizationId) -> String {
    organization.issuer().unwrap_or("none").to_owned()
}

#[require_org_scopes("read:products")]
async fn settings(organization: Option<OrganizationId>) -> String {
    let organization = organization.unwrap();
    organization.issuer().unwrap_or("none").to_owned()
}

#[require_org_permission("invite:member")]
struct Invite;

#[require_auth]
async fn authenticated(auth: AuthInfo) -> String {
    auth.issuer().to_owned()
}

/// The routes that accept a global token (a token without an organization).
const GLOBAL: [&str; 6] = [
    "/attribute",
    "/guard",
    "/required",
    "/optional",
    "/layer",
    "/authenticated",
];

fn app(logto: &Logto) -> Router {
    let issuer = |auth: AuthInfo| async move { auth.issuer().to_owned() };
    let layered: MethodRouter<Logto> = on_get(issuer);
    Router::new()
        .route("/attribute", on_get(attribute))
        .route(
            "/guard",
            on_get(async |auth: Guard<Read>| auth.issuer().to_owned()),
        )
        .route("/required", on_get(issuer))
        .route(
            "/optional",
            on_get(async |auth: Option<AuthInfo>| auth.unwrap().issuer().to_owned()),
        )
        .route("/layer", layered.route_layer(logto.require::<Read>()))
        .route("/authenticated", on_get(authenticated))
        .route("/organizations/{organization_id}/invite", on_get(invite))
        .route(
            "/organizations/{organization_id}/settings",
            on_get(settings),
        )
        .route(
            "/organizations/{organization_id}/guard",
            on_get(async |guard: Guard<Invite>| {
                guard
                    .organization()
                    .unwrap()
                    .issuer()
                    .unwrap_or("none")
                    .to_owned()
            }),
        )
        .with_state(logto.clone())
}

fn any_of(builders: impl IntoIterator<Item = LogtoBuilder>) -> Logto {
    let all = builders.into_iter().map(|builder| builder.build().unwrap());
    Logto::any_of(all).unwrap()
}

fn global(tenant: &TestTenant) -> TokenBuilder<'_> {
    tenant.token().user("alice").scopes(["read:products"])
}

async fn verify(logto: &Logto, token: &str) -> Result<String, RejectionCode> {
    let auth = logto
        .verify(token)
        .await
        .map_err(|rejection| rejection.code())?;
    auth.check::<Read>()
        .await
        .map_err(|rejection| rejection.code())?;
    Ok(auth.issuer().to_owned())
}

/// Sends a global token to the routes of [`GLOBAL`], and passes it to `verify`.
async fn expect(logto: &Logto, token: &str, expected: Result<&str, (&Answer, RejectionCode)>) {
    let app = app(logto);
    for uri in GLOBAL {
        let answer = ask(&app, uri, token).await;
        match expected {
            Ok(issuer) => assert_eq!(answer, Answer::ok(issuer), "{uri}"),
            Err((refused, _)) => assert_eq!(answer, *refused, "{uri}"),
        }
    }
    let verified = verify(logto, token).await;
    let code = expected.map(str::to_owned).map_err(|(_, code)| code);
    assert_eq!(verified, code);
}

fn unavailable() -> Answer {
    Answer {
        retry_after: Some("1".to_owned()),
        ..Answer::refused(503, "Authorization service unavailable", None)
    }
}

#[tokio::test]
async fn the_issuer_chooses_the_tenant_in_every_way_to_authenticate() {
    let (old, new, other) = (tenant(), tenant(), tenant());
    let (old_issuer, new_issuer) = (old.issuer(), new.issuer());
    let invalid = Answer::invalid_token();
    for cache in [0, 1 << 20] {
        let builder = |tenant: &TestTenant| tenant.logto().token_cache_bytes(cache);
        let logto = any_of([builder(&old), builder(&new)]);
        for _ in 0..2 {
            expect(&logto, &global(&old).mint(), Ok(&old_issuer)).await;
            expect(&logto, &global(&new).mint(), Ok(&new_issuer)).await;
        }
        let refused = |code| Err((&invalid, code));
        for (token, code) in [
            (global(&other), RejectionCode::IssuerDiffersByPort),
            (
                global(&old).issuer("https://elsewhere.example/oidc"),
                RejectionCode::IssuerCustomDomain,
            ),
            (
                global(&old).issuer("https://evil.example"),
                RejectionCode::UnknownIssuer,
            ),
            // The token has the issuer of one tenant, and is signed with the key of the other.
            (global(&old).issuer(&new_issuer), RejectionCode::UnknownKey),
            (global(&new).issuer(&old_issuer), RejectionCode::UnknownKey),
            (global(&new).tampered(), RejectionCode::BadSignature),
            (global(&new).id_token(), RejectionCode::IdToken),
            (global(&other).id_token(), RejectionCode::IdToken),
            (global(&new).opaque(), RejectionCode::OpaqueToken),
            (
                global(&new).without_claim("iss"),
                RejectionCode::InvalidClaims,
            ),
            (global(&new).claim("iss", 7), RejectionCode::InvalidClaims),
            (
                global(&new).claim("iss", [&new_issuer]),
                RejectionCode::InvalidClaims,
            ),
            (global(&new).claim("iss", ""), RejectionCode::InvalidClaims),
            (
                global(&new).without_claim("jti"),
                RejectionCode::InvalidClaims,
            ),
        ] {
            expect(&logto, &token.mint(), refused(code)).await;
        }
        let anonymous = send(&app(&logto), get("/attribute", &[])).await;
        assert_eq!(anonymous, Answer::missing("read:products"));
    }
}

#[tokio::test]
async fn an_organization_of_one_tenant_is_not_an_organization_of_the_other() {
    let (old, new, other) = (tenant(), tenant(), tenant());
    let logto = any_of([old.logto(), new.logto()]);
    let app = app(&logto);
    let permission = |tenant: &TestTenant| {
        let token = tenant.token().user("alice").organization("acme");
        token.scopes(["invite:member"]).mint()
    };
    let scoped = |tenant: &TestTenant| {
        let token = global(tenant).resource(PRODUCTS).organization("acme");
        token.mint()
    };
    for tenant in [&old, &new] {
        let issuer = Answer::ok(&tenant.issuer());
        for (uri, token) in [
            ("invite", permission(tenant)),
            ("guard", permission(tenant)),
            ("settings", scoped(tenant)),
        ] {
            let at = |organization: &str| format!("/organizations/{organization}/{uri}");
            assert_eq!(ask(&app, &at("acme"), &token).await, issuer, "{uri}");
            assert_eq!(
                ask(&app, &at("globex"), &token).await,
                Answer::mismatch(),
                "{uri}"
            );
        }
    }
    let uri = "/organizations/acme/invite";
    let refused = ask(&app, uri, &permission(&other)).await;
    assert_eq!(refused, Answer::invalid_token());

    let auth = |token: String| {
        let logto = logto.clone();
        async move { logto.verify(&token).await.unwrap() }
    };
    let in_old = auth(permission(&old))
        .await
        .check_in::<Invite>("acme")
        .await
        .unwrap();
    let in_new = auth(permission(&new))
        .await
        .check_in::<Invite>("acme")
        .await
        .unwrap();
    assert_eq!(in_old.as_str(), in_new.as_str());
    assert_ne!(in_old, in_new);
    assert_eq!(in_old.issuer(), Some(&*old.issuer()));
    let stored = OrganizationId::from_trusted_storage_of(old.issuer(), "acme");
    assert_eq!(in_old, stored);
    // An id without an issuer differs from the ids of all tenants.
    assert_ne!(in_old, OrganizationId::from_trusted_storage("acme"));
    let refused = auth(permission(&new))
        .await
        .check_in::<Invite>("globex")
        .await;
    assert_eq!(
        refused.unwrap_err().code(),
        RejectionCode::OrganizationMismatch
    );
}
