//! The instructions that the program prints at start, below the table of routes.

use std::fmt;

use crate::cases::{Case, Credentials, PRINTED};

/// A command that reads the answer to a token request, and prints the token. An answer without a token goes
/// to standard error instead.
pub const TAKE_TOKEN: &str =
    r#"sed -n -e 's/.*"access_token":"\([^"]*\)".*/\1/p' -e t -e 'w /dev/stderr'"#;

/// The instructions for the embedded tenant: three commands to paste. Each command is on one line, below a
/// comment that describes it.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    api: &'a str,
    tenant: &'a str,
}

impl<'a> Guide<'a> {
    /// Creates the guide for the API and the embedded tenant at these addresses.
    #[must_use]
    pub fn new(api: &'a str, tenant: &'a str) -> Self {
        Self { api, tenant }
    }

    /// Returns the command of a case, on one line.
    #[must_use]
    pub fn command_of(&self, case: &Case) -> String {
        let mut command = format!("curl -i {}{}", self.api, case.path);
        if let Some((method, json)) = case.body {
            command.push_str(&format!(
                " -X {method} -H 'Content-Type: application/json' -d '{json}'"
            ));
        }
        match case.credentials {
            Credentials::None => {}
            Credentials::Token(token) => {
                command.push_str(&format!(" -H 'Authorization: Bearer {token}'"));
            }
            Credentials::Of(client, form) => {
                command.push_str(&format!(
                    " -H \"Authorization: Bearer $(curl -sS {}/oidc/token -u {client}:{client}-secret \
                     -d grant_type=client_credentials",
                    self.tenant
                ));
                for (name, value) in form {
                    command.push_str(&format!(" -d {name}={}", value.replace(' ', "+")));
                }
                command.push_str(&format!(" | {TAKE_TOKEN})\""));
            }
        }
        command
    }
}

impl fmt::Display for Guide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "LOGTO_ENDPOINT is not set: started an embedded tenant at {}, with the organizations \
             acme and globex.\nHere are three commands to paste. The comment above each one says which \
             status to expect. The page in the\nbrowser has a command in each cell, and \
             examples/saas/README.md shows more commands with their answers.",
            self.tenant
        )?;
        PRINTED.iter().try_for_each(|case| {
            let Case { status, shows, .. } = case;
            writeln!(f, "\n# {status}: {shows}\n{}", self.command_of(case))
        })
    }
}

/// The instructions for a Logto server. They say what to create there, and how to get tokens.
#[derive(Clone, Copy, Debug)]
pub struct RemoteGuide<'a> {
    api: &'a str,
    tenant: &'a str,
    products: &'a str,
    org: &'a str,
}

impl<'a> RemoteGuide<'a> {
    /// Creates the guide for the API and the tenant at these addresses. `products` and `org` are the
    /// indicators of the two resources.
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
  - a machine-to-machine application with roles that have some of these permissions
  - a webhook for {api}/webhooks/logto, if Logto can reach this address, with the events
    User.SuspensionStatus.Updated, User.Deleted, Organization.Membership.Updated and
    Organization.Deleted; set LOGTO_WEBHOOK_KEY to the signing key of the webhook

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
