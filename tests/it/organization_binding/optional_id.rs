//! `Option<OrganizationId>` is `None` if a guard of the handler has `org = any` and accepted a token without
//! an organization. Without a guard, or under `require_auth`, the extractor refuses such a token.

use axum::{Router, routing::get};
use logto_runtime::{
    Guard, OrganizationId, policy::AnyOf, require_any, require_auth, require_org_permission,
    require_org_scopes, require_scopes,
};

use super::{Tenant, at_path};
use crate::support::{Answer, INVALID_TOKEN, ORG, ask};

#[require_scopes("admin", resource = "https://api.example.com/org", org = any)]
struct Admin;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct Member;

#[require_any(Admin, Member)]
async fn optional(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[require_any(Admin, Member)]
async fn required(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_scopes("admin", resource = "https://api.example.com/org", org = any)]
async fn administered(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

async fn by_alternatives(
    caller: Guard<AnyOf<(Admin, Member)>>,
    organization: Option<OrganizationId>,
) -> String {
    assert_eq!(caller.organization(), organization);
    organization.map_or("every".to_owned(), |id| id.to_string())
}

async fn without_guard(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[require_auth(resource = "https://api.example.com/org")]
async fn authenticated(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[tokio::test]
async fn an_optional_organization_id_is_absent_under_org_any_and_required_under_require_auth() {
    let tenant = Tenant::start();
    let admin = tenant.tenant.token().resource(ORG).scopes(["admin"]).mint();
    let member = tenant.api_token("acme");
    let missing = || Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    for (way, handler, of_admin, of_member) in [
        (
            "optional",
            get(optional),
            Answer::ok("every"),
            Answer::ok("acme"),
        ),
        ("required", get(required), missing(), Answer::ok("acme")),
        (
            "guard",
            get(by_alternatives),
            Answer::ok("every"),
            Answer::ok("acme"),
        ),
        // These handlers do not have a guard with `org = any`.
        (
            "without a guard",
            get(without_guard),
            missing(),
            Answer::ok("acme"),
        ),
        (
            "require_auth",
            get(authenticated),
            missing(),
            Answer::ok("acme"),
        ),
    ] {
        let app = at_path("/{org_id}")(handler).with_state(tenant.logto.clone());
        for _ in 0..2 {
            assert_eq!(ask(&app, "/acme", &admin).await, of_admin, "{way}");
            assert_eq!(ask(&app, "/acme", &member).await, of_member, "{way}");
            assert_eq!(
                ask(&app, "/globex", &member).await,
                Answer::mismatch(),
                "{way}"
            );
        }
    }
    let app = at_path("/{org_id}")(get(administered)).with_state(tenant.logto.clone());
    assert_eq!(ask(&app, "/acme", &admin).await, Answer::ok("every"));
}

/// A layer does not know what a handler does without an organization.
#[tokio::test]
async fn an_optional_organization_id_is_required_if_only_a_layer_accepted_its_absence() {
    let tenant = Tenant::start();
    let admin = tenant.tenant.token().resource(ORG).scopes(["admin"]).mint();
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    for handler in [get(without_guard), get(authenticated)] {
        let app = Router::new()
            .route("/{org_id}", handler)
            .route_layer(tenant.logto.require::<AnyOf<(Admin, Member)>>())
            .with_state(tenant.logto.clone());
        assert_eq!(ask(&app, "/acme", &admin).await, missing);
        let member = ask(&app, "/acme", &tenant.api_token("acme")).await;
        assert_eq!(member, Answer::ok("acme"));
    }
}

/// The extractor does not use the decision of another `Logto`.
#[tokio::test]
async fn an_optional_organization_id_is_required_if_only_another_logto_accepted_its_absence() {
    let tenant = Tenant::start();
    let other = tenant.tenant.logto().build().unwrap();
    let admin = tenant.tenant.token().resource(ORG).scopes(["admin"]).mint();
    let app = Router::new()
        .route("/{org_id}", get(without_guard))
        .route_layer(other.require::<Admin>())
        .with_state(tenant.logto.clone());
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    assert_eq!(ask(&app, "/acme", &admin).await, missing);
}

#[require_org_permission("invite:member", org = path("id"))]
struct MemberOfPath;

#[require_org_permission("invite:member", org = header("x-org"))]
struct MemberOfHeader;

#[require_org_permission("invite:member", org = token)]
struct MemberOfToken;

#[require_auth(resource = "https://api.example.com/org")]
struct SignedIn;

#[require_any(MemberOfPath, SignedIn)]
async fn path_or_signed_in(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_any(SignedIn, MemberOfPath)]
async fn signed_in_or_path(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[require_any(MemberOfHeader, SignedIn)]
async fn header_or_signed_in(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_any(MemberOfPath, MemberOfHeader, SignedIn)]
async fn path_or_header_or_signed_in(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_any(MemberOfToken, SignedIn)]
async fn token_or_signed_in(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_any(Admin, SignedIn)]
async fn without_source(organization: OrganizationId) -> String {
    organization.to_string()
}

/// Both guards are met by their second alternative. The handler's guard alone would not compare `id`.
#[tokio::test]
async fn the_sources_of_all_guards_of_a_request_are_compared() {
    let tenant = Tenant::start();
    let token = tenant.api_token("acme");
    for app in [
        at_path("/{id}")(get(token_or_signed_in))
            .route_layer(tenant.logto.require::<AnyOf<(MemberOfPath, SignedIn)>>()),
        at_path("/{id}")(get(path_or_signed_in))
            .route_layer(tenant.logto.require::<AnyOf<(MemberOfToken, SignedIn)>>()),
    ] {
        let app = app.with_state(tenant.logto.clone());
        assert_eq!(ask(&app, "/acme", &token).await, Answer::ok("acme"));
        assert_eq!(ask(&app, "/globex", &token).await, Answer::mismatch());
    }
}

/// The caller met `SignedIn`, which does not compare the organization. The parameter `id` does not have a
/// recognised name. Another alternative says where the request names its organization.
#[tokio::test]
async fn an_organization_id_is_compared_where_an_alternative_says_even_if_another_one_was_met() {
    let tenant = Tenant::start();
    let token = tenant.api_token("acme");
    for (way, handler, of_acme, of_globex) in [
        (
            "path",
            get(path_or_signed_in),
            Answer::ok("acme"),
            Answer::mismatch(),
        ),
        (
            "path, optional",
            get(signed_in_or_path),
            Answer::ok("acme"),
            Answer::mismatch(),
        ),
        (
            "header",
            get(header_or_signed_in),
            Answer::mismatch(),
            Answer::mismatch(),
        ),
        (
            "path and header",
            get(path_or_header_or_signed_in),
            Answer::mismatch(),
            Answer::mismatch(),
        ),
        (
            "token",
            get(token_or_signed_in),
            Answer::ok("acme"),
            Answer::ok("acme"),
        ),
        (
            "not said",
            get(without_source),
            Answer::misconfigured(),
            Answer::misconfigured(),
        ),
    ] {
        let app = at_path("/{id}")(handler).with_state(tenant.logto.clone());
        assert_eq!(ask(&app, "/acme", &token).await, of_acme, "{way}");
        assert_eq!(ask(&app, "/globex", &token).await, of_globex, "{way}");
    }
}
