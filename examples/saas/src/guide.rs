//! The instructions that the program prints at start.

use std::fmt;

use crate::{
    cases::{CASES, Case, Credentials},
    tenant::ALICE,
};

/// Prints the token of a token response. The answer of a request that failed goes to the terminal
/// instead, and the token is empty.
pub const TAKE_TOKEN: &str =
    r#"sed -n -e 's/.*"access_token":"\([^"]*\)".*/\1/p' -e t -e 'w /dev/stderr'"#;

/// The commands to paste, one for each case, each on one line below a comment that describes it.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    api: &'a str,
    tenant: &'a str,
    alice: &'a str,
}

impl<'a> Guide<'a> {
    /// Creates the guide for the API and the embedded tenant at these addresses, with a token of the
    /// user who is suspended.
    #[must_use]
    pub fn new(api: &'a str, tenant: &'a str, alice: &'a str) -> Self {
        Self { api, tenant, alice }
    }

    /// Shows that a token ends with the suspension of its user, and not when it expires.
    fn suspension(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, tenant, alice } = self;
        let products = format!("curl -i {api}/api/products -H 'Authorization: Bearer {alice}'\n");
        write!(
            f,
            "\n# 200: a user, until she is suspended\n{products}\n\
             # 200: suspend her, as the Logto console does; the tenant sends a webhook\n\
             curl -i {tenant}/api/users/{ALICE}/is-suspended -X PATCH \
             -H 'Content-Type: application/json' -d '{{\"isSuspended\": true}}' \
             -H \"Authorization: Bearer $(curl -sS {tenant}/oidc/token -u management:management-secret \
             -d grant_type=client_credentials -d resource=https://default.logto.app/api -d scope=all \
             | {TAKE_TOKEN})\"\n\n\
             # 401: her token, although it has not expired\n{products}"
        )
    }

    fn command(&self, case: &Case, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case {
            status,
            shows,
            path,
            body,
            credentials,
        } = case;
        write!(f, "\n# {status}: {shows}\ncurl -i {}{path}", self.api)?;
        if let Some((method, json)) = body {
            write!(
                f,
                " -X {method} -H 'Content-Type: application/json' -d '{json}'"
            )?;
        }
        match credentials {
            Credentials::None => {}
            Credentials::Token(token) => write!(f, " -H 'Authorization: Bearer {token}'")?,
            Credentials::Of(client, form) => {
                write!(
                    f,
                    " -H \"Authorization: Bearer $(curl -sS {}/oidc/token -u {client}:{client}-secret \
                     -d grant_type=client_credentials",
                    self.tenant
                )?;
                for (name, value) in *form {
                    write!(f, " -d {name}={}", value.replace(' ', "+"))?;
                }
                write!(f, " | {TAKE_TOKEN})\"")?;
            }
        }
        f.write_str("\n")
    }
}

impl fmt::Display for Guide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "LOGTO_ENDPOINT is not set: started an embedded tenant at {}, with the organizations \
             acme and globex.\nCommands to paste, each below the status of its answer:",
            self.tenant
        )?;
        CASES.iter().try_for_each(|case| self.command(case, f))?;
        self.suspension(f)
    }
}

/// The instructions for a Logto server: what to create there, and how to get tokens.
#[derive(Clone, Copy, Debug)]
pub struct RemoteGuide<'a> {
    api: &'a str,
    tenant: &'a str,
    products: &'a str,
    org: &'a str,
}

impl<'a> RemoteGuide<'a> {
    /// Creates the guide for the API and the tenant at these addresses, and for both resources.
    #[must_use]
    pub fn new(api: &'a str, tenant: &'a str, products: &'a str, org: &'a str) -> Self {
        let tenant = tenant.trim_end_matches('/');
        Self {
            api,
            tenant,
            products,
            org,
        }
    }
}

impl fmt::Display for RemoteGuide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            api,
            tenant,
            products,
            org,
        } = self;
        let ask = format!(
            "TOKEN=$(curl -sS {tenant}/oidc/token -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=client_credentials"
        );
        let call = format!("curl -i {api}/api");
        let with = "-H \"Authorization: Bearer $TOKEN\"";
        write!(
            f,
            "\
In the Logto console, create
  - the API resource {products} with the permissions read:products and write:products
  - the API resource {org} with the permissions read:data and write:settings
  - the organization permissions invite:member and manage:billing
  - a machine-to-machine application with roles that hold some of them
  - a webhook for {api}/webhooks/logto, if Logto can reach it, with the events of users and organization
    members; its signing key belongs into LOGTO_WEBHOOK_KEY

# The credentials of the application, and the id of an organization that it belongs to
CLIENT_ID=... CLIENT_SECRET=... ORGANIZATION=...

# A global scope
{ask} -d resource={products} -d scope=read:products | {TAKE_TOKEN})
{call}/products {with}

# An organization permission
{ask} -d organization_id=$ORGANIZATION -d scope=invite:member | {TAKE_TOKEN})
{call}/organizations/$ORGANIZATION/invitations {with} -H 'Content-Type: application/json' -d '{{\"email\": \"bob@example.com\"}}'

# An organization-level scope
{ask} -d resource={org} -d organization_id=$ORGANIZATION -d scope=read:data | {TAKE_TOKEN})
{call}/organizations/$ORGANIZATION/data {with}
"
        )
    }
}
