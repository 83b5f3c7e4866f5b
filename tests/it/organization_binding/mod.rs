//! Tests how guards compare the organization in a request with the organization of the token.
//!
//! - `route`: without `org`, the path parameters of the route
//! - `source`: with `org`, a path parameter, a header, or the token
//! - `placement`: where a guard runs, inside and outside of routing
//! - `layer_placement`: the same for layers, at every place in `places`
//! - `global`: guards with global scopes on routes that name an organization
//! - `optional_id`: a handler with an argument of type `Option<OrganizationId>`
//! - `unenforceable`: requirements that a guard cannot check
//! - `two_handles`: guards of two `Logto`s on one route
//! - `encoding`: percent-encoding

mod encoding;
mod global;
mod layer_placement;
mod optional_id;
mod placement;
mod places;
mod route;
mod source;
mod two_handles;
mod unenforceable;

use axum::{
    Router,
    routing::{MethodRouter, get},
};
use logto_runtime::{
    AuthInfo, Guard, Logto, OrganizationId, Policy, require_org_permission, require_org_scopes,
    test_util::TestTenant,
};

use crate::support::{Answer, NOW, ORG, PRODUCTS, ask, at};

#[require_org_permission("invite:member")]
async fn by_attribute(auth: AuthInfo) -> String {
    auth.organization_id().unwrap().to_owned()
}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
async fn by_attribute_on_an_api(auth: AuthInfo) -> String {
    auth.organization_id().unwrap().to_owned()
}

#[require_org_permission("invite:member")]
struct Invite;

async fn by_guard(guard: Guard<Invite>) -> String {
    guard.organization().unwrap().to_string()
}

async fn by_organization_id(organization: OrganizationId) -> String {
    organization.to_string()
}

async fn unguarded(auth: AuthInfo) -> String {
    auth.organization_id().unwrap().to_owned()
}

/// A tenant, and the service that trusts it. `organization_token` and `api_token` mint the two kinds of
/// tokens that name an organization.
struct Tenant {
    tenant: TestTenant,
    logto: Logto,
}

impl Tenant {
    fn start() -> Self {
        let tenant = TestTenant::builder()
            .resource(PRODUCTS, [""; 0])
            .resource(ORG, ["read:data"]);
        let tenant = match super::COLD {
            true => tenant.start(),
            false => tenant.offline().start(),
        };
        tenant.set_now(at(NOW));
        let logto = tenant.logto().build().unwrap();
        Self { tenant, logto }
    }

    fn organization_token(&self, organization: &str) -> String {
        let token = self.tenant.token().organization(organization);
        token.scopes(["invite:member"]).mint()
    }

    fn api_token(&self, organization: &str) -> String {
        let token = self.tenant.token().resource(ORG);
        token
            .organization(organization)
            .scopes(["read:data"])
            .mint()
    }

    fn layered<P: Policy>(&self) -> MethodRouter<Logto> {
        get(unguarded).route_layer(self.logto.require::<P>())
    }

    /// Returns every kind of guarded handler, with a token that it accepts.
    fn ways(&self, organization: &str) -> [(&'static str, MethodRouter<Logto>, String); 5] {
        let token = self.organization_token(organization);
        let api = self.api_token(organization);
        [
            ("attribute", get(by_attribute), token.clone()),
            ("attribute on an API", get(by_attribute_on_an_api), api),
            ("guard", get(by_guard), token.clone()),
            ("extractor", get(by_organization_id), token.clone()),
            ("layer", self.layered::<Invite>(), token),
        ]
    }

    /// Sends a token of the organization to every kind of guard. All must give the answer `expected`.
    async fn expect(
        &self,
        place: impl Fn(MethodRouter<Logto>) -> Router<Logto>,
        uri: &str,
        organization: &str,
        expected: &Answer,
    ) {
        let (handlers, layer) = (expected, expected);
        self.expect_each(place, uri, organization, handlers, layer)
            .await;
    }

    /// Sends a token of the organization to every kind of guard. The guards on a handler must all give the
    /// answer `handlers`. The layer around the handler must give the answer `layer`.
    async fn expect_each(
        &self,
        place: impl Fn(MethodRouter<Logto>) -> Router<Logto>,
        uri: &str,
        organization: &str,
        handlers: &Answer,
        layer: &Answer,
    ) {
        for (way, handler, token) in self.ways(organization) {
            let expected = match way {
                "layer" => layer,
                _ => handlers,
            };
            let app = place(handler).with_state(self.logto.clone());
            let answer = ask(&app, uri, &token).await;
            assert_eq!(
                answer, *expected,
                "{way}: {uri} with a token of {organization}"
            );
        }
    }
}

/// Returns a function that builds a router with one route.
fn at_path(path: &str) -> impl Fn(MethodRouter<Logto>) -> Router<Logto> {
    move |handler| Router::new().route(path, handler)
}

/// Returns a token as Logto issues it for a request without `organization_id`. The token has the scopes of
/// all organizations of the user.
fn union_token(tenant: &Tenant) -> String {
    let token = tenant.tenant.token().user("alice").resource(ORG);
    token.scopes(["read:data"]).mint()
}
