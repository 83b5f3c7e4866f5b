//! The demonstrated cases. Each case is a request with credentials, and the expected status of the answer.

use crate::tenant::{ORG, PRODUCTS};

/// A request to the API.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The expected status of the answer.
    pub status: u16,
    /// What the case shows. A printed command has this text in a comment above it. The text must not contain
    /// an apostrophe: some shells do not treat a pasted `#` as a comment, and wait for the closing quote.
    pub shows: &'static str,
    /// The path of the request.
    pub path: &'static str,
    /// The method and the JSON body; `None` for a `GET`.
    pub body: Option<(&'static str, &'static str)>,
    /// The credentials of the request.
    pub credentials: Credentials,
}

/// The credentials of a request.
#[derive(Clone, Copy, Debug)]
pub enum Credentials {
    /// No token.
    None,
    /// This token.
    Token(&'static str),
    /// A token that this client requests with this form.
    Of(&'static str, &'static [(&'static str, &'static str)]),
}

use Credentials::{None as Nobody, Of, Token};

type Form = &'static [(&'static str, &'static str)];

const READ: Form = &[("resource", PRODUCTS), ("scope", "read:products")];
const WRITE: Form = &[
    ("resource", PRODUCTS),
    ("scope", "read:products write:products"),
];
const PRODUCTS_IN_ACME: Form = &[("resource", PRODUCTS), ("organization_id", "acme")];
const INVITE_IN_ACME: Form = &[("organization_id", "acme"), ("scope", "invite:member")];
const INVITE_IN_GLOBEX: Form = &[("organization_id", "globex"), ("scope", "invite:member")];
const ORG_IN_ACME: Form = &[
    ("resource", ORG),
    ("organization_id", "acme"),
    ("scope", "read:data write:settings"),
];
const ORG_IN_GLOBEX: Form = &[
    ("resource", ORG),
    ("organization_id", "globex"),
    ("scope", "read:data write:settings"),
];
const ORG_IN_NONE: Form = &[("resource", ORG), ("scope", "read:data")];

pub(crate) const ADD: (&str, &str) = ("POST", r#"{"name": "a lamp"}"#);
pub(crate) const INVITE: (&str, &str) = ("POST", r#"{"email": "bob@example.com"}"#);
pub(crate) const CONFIGURE: (&str, &str) = ("PUT", r#"{"theme": "dark"}"#);

const ACME_INVITATIONS: &str = "/api/organizations/acme/invitations";
const ACME_SETTINGS: &str = "/api/organizations/acme/settings";
const ACME_DATA: &str = "/api/organizations/acme/data";
const GLOBEX_DATA: &str = "/api/organizations/globex/data";

/// The cases that the program prints at start.
pub const PRINTED: [Case; 3] = [READ_PRODUCTS, INVITE_BY_ADMIN, INVITE_BY_STRANGER];

#[rustfmt::skip]
const READ_PRODUCTS: Case = get(200, "the global scope read:products", "/api/products", Of("catalog-reader", READ));
#[rustfmt::skip]
const INVITE_BY_ADMIN: Case = send(200, "an organization permission", ACME_INVITATIONS, INVITE, Of("acme-admin", INVITE_IN_ACME));
#[rustfmt::skip]
const INVITE_BY_STRANGER: Case = send(403, "an administrator of another organization", ACME_INVITATIONS, INVITE, Of("globex-admin", INVITE_IN_GLOBEX));

/// All cases. Later cases show what earlier ones have changed. The README shows each case.
#[rustfmt::skip]
pub const CASES: [Case; 19] = [
    get(200, "no token needed", "/api/public", Nobody),
    get(200, "without a token, the caller is null", "/api/me", Nobody),
    get(401, "a bad token is refused even where a token is optional", "/api/me", Token("nonsense")),
    get(200, "a caller without any role", "/api/protected", Of("no-role", READ)),
    get(401, "no token", "/api/protected", Nobody),

    send(200, "the global scope write:products", "/api/products", ADD, Of("catalog-admin", WRITE)),
    READ_PRODUCTS,
    send(403, "a scope that was requested, but not granted", "/api/products", ADD, Of("catalog-reader", WRITE)),
    get(401, "a token for another API", "/api/products", Of("acme-member", ORG_IN_ACME)),
    get(403, "an organization token on a global route", "/api/products", Of("acme-admin", PRODUCTS_IN_ACME)),

    INVITE_BY_ADMIN,
    send(403, "a member without that permission", ACME_INVITATIONS, INVITE, Of("acme-member", INVITE_IN_ACME)),
    INVITE_BY_STRANGER,

    send(200, "an organization-level scope", ACME_SETTINGS, CONFIGURE, Of("acme-admin", ORG_IN_ACME)),
    send(403, "a member without that scope", ACME_SETTINGS, CONFIGURE, Of("acme-member", ORG_IN_ACME)),
    get(200, "a member of acme reads its data", ACME_DATA, Of("acme-member", ORG_IN_ACME)),
    get(200, "an administrator of globex reads its data", GLOBEX_DATA, Of("globex-admin", ORG_IN_GLOBEX)),
    get(403, "data of acme with a token of globex", ACME_DATA, Of("globex-admin", ORG_IN_GLOBEX)),
    get(401, "the right API, but no organization in the token", ACME_DATA, Of("acme-admin", ORG_IN_NONE)),
];

const fn get(
    status: u16,
    shows: &'static str,
    path: &'static str,
    credentials: Credentials,
) -> Case {
    Case {
        status,
        shows,
        path,
        body: None,
        credentials,
    }
}

const fn send(
    status: u16,
    shows: &'static str,
    path: &'static str,
    body: (&'static str, &'static str),
    credentials: Credentials,
) -> Case {
    Case {
        body: Some(body),
        ..get(status, shows, path, credentials)
    }
}
