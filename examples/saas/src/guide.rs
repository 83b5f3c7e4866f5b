//! What the program prints at start.

use std::fmt;

use crate::cases::{CASES, Case, Credentials};

/// Commands to paste, one per case worth seeing, each on one line under what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    /// Where the API is.
    pub api: &'a str,
    /// Where the embedded tenant is.
    pub tenant: &'a str,
}

impl fmt::Display for Guide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &CASES {
            self.command(case, f)?;
        }
        Ok(())
    }
}

impl Guide<'_> {
    fn command(&self, case: &Case, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case {
            status,
            shows,
            path,
            body,
            credentials,
        } = case;
        write!(f, "# {status}: {shows}\ncurl -i {}{path}", self.api)?;
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
                    " -H \"Authorization: Bearer $(curl -s {}/oidc/token -u {client}:{client}-secret \
                     -d grant_type=client_credentials",
                    self.tenant
                )?;
                for (name, value) in *form {
                    write!(f, " -d {name}={}", value.replace(' ', "+"))?;
                }
                f.write_str(" | cut -d'\"' -f4)\"")?;
            }
        }
        f.write_str("\n\n")
    }
}

/// How to get tokens from a Logto server, and what it must know.
#[derive(Clone, Copy, Debug)]
pub struct RemoteGuide<'a> {
    /// Where the API is.
    pub api: &'a str,
    /// Where the tenant is.
    pub tenant: &'a str,
    /// The indicator of the product API.
    pub products: &'a str,
    /// The indicator of the organizations' API.
    pub org: &'a str,
}

impl fmt::Display for RemoteGuide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            api,
            tenant,
            products,
            org,
        } = self;
        let tenant = tenant.trim_end_matches('/');
        let ask = format!(
            "TOKEN=$(curl -s {tenant}/oidc/token -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=client_credentials"
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

# Its credentials, and the id of an organization it belongs to
CLIENT_ID=... CLIENT_SECRET=... ORGANIZATION=...

# A global scope
{ask} -d resource={products} -d scope=read:products | cut -d'\"' -f4)
{call}/products {with}

# An organization permission
{ask} -d organization_id=$ORGANIZATION -d scope=invite:member | cut -d'\"' -f4)
{call}/organizations/$ORGANIZATION/invitations {with} -H 'Content-Type: application/json' -d '{{\"email\": \"bob@example.com\"}}'

# An organization-level scope
{ask} -d resource={org} -d organization_id=$ORGANIZATION -d scope=read:data | cut -d'\"' -f4)
{call}/organizations/$ORGANIZATION/data {with}
"
        )
    }
}
