//! The calls of the soak test, each with a token and the expected status.

use logto_runtime::{
    Algorithm,
    test_util::{SigningKey, TestTenant, TokenBuilder},
};
use saas::{ORG, PRODUCTS};

use super::tenant::Tenant;

/// A request, and its expected status. The status holds if the service has the key of the token.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) what: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) token: String,
    pub(crate) status: u16,
}

/// One call of each kind, all with tokens of one key.
pub(crate) struct Tokens(pub(crate) Vec<Call>);

const INVITATIONS: &str = "/api/organizations/acme/invitations";

impl Tokens {
    pub(crate) fn of(tenant: &TestTenant) -> Self {
        let reader = || {
            tenant
                .token()
                .user("alice")
                .resource(PRODUCTS)
                .scopes(["read:products"])
        };
        let admin = |organization: &str| {
            let token = tenant.token().user("ada").organization(organization);
            token.scopes(["invite:member"])
        };
        let data = |organization: &str| {
            let token = tenant.token().user("dan").resource(ORG);
            token.organization(organization).scopes(["read:data"])
        };
        let get =
            |what, path, token: TokenBuilder<'_>, status| call(what, "GET", path, token, status);
        let invite =
            |what, token: TokenBuilder<'_>, status| call(what, "POST", INVITATIONS, token, status);
        Self(vec![
            get("a reader", "/api/products", reader(), 200),
            get(
                "a reader at a second route",
                "/api/protected",
                reader(),
                200,
            ),
            get("an optional token", "/api/me", reader(), 200),
            get(
                "a token without the scope",
                "/api/products",
                reader().scopes(["write:products"]),
                403,
            ),
            get(
                "another audience",
                "/api/products",
                reader().resource(ORG),
                401,
            ),
            get(
                "a changed signature",
                "/api/products",
                reader().tampered(),
                401,
            ),
            get("an ID token", "/api/products", reader().id_token(), 401),
            get(
                "an organization on a global route",
                "/api/products",
                reader().organization("acme"),
                403,
            ),
            invite("an admin", admin("acme"), 200),
            invite("another organization's admin", admin("globex"), 403),
            invite("a token without an organization", reader(), 401),
            get(
                "a member",
                "/api/organizations/acme/data",
                data("acme"),
                200,
            ),
            get(
                "a member of another organization",
                "/api/organizations/globex/data",
                data("acme"),
                403,
            ),
        ])
    }
}

/// Calls with tokens of keys that the tenant never had.
pub(crate) struct Strangers(pub(crate) Vec<Call>);

impl Strangers {
    pub(crate) fn of(tenant: &Tenant) -> Self {
        let token = || tenant.embedded().token().user("mallory").resource(PRODUCTS);
        let junk = (0..50).map(|number| {
            let key = SigningKey::generate(Algorithm::ES256).with_kid(format!("junk-{number}"));
            let token = token().scopes(["read:products"]).signed_by(&key);
            call("a stranger", "GET", "/api/products", token, 401)
        });
        Self(junk.collect())
    }
}

fn call(
    what: &'static str,
    method: &'static str,
    path: &'static str,
    token: TokenBuilder<'_>,
    status: u16,
) -> Call {
    Call {
        what,
        method,
        path,
        token: token.mint(),
        status,
    }
}
