//! Creates personas, the callers that the explorer's page shows. A
//! [`TestTenant`](crate::test_util::TestTenant) mints their tokens.

use std::time::Duration;

use super::{
    persona::{Credentials, Persona},
    row::Row,
    token_request::Wanted,
};
use crate::{
    logto::Logto,
    test_util::{
        TokenBuilder,
        minter::{Member, Minter},
    },
};

/// Invented organizations. The page needs them if routes name an organization and the tenant has fewer than
/// two organizations. If a route needs an organization but does not name one, tokens for it have the first of
/// `STAND_INS`, except the tokens of members and administrators.
const STAND_INS: [&str; 2] = ["org-1", "org-2"];

/// Returns at most two organizations of the tenant. If routes name organizations (`named`), adds
/// [`STAND_INS`] until there are two.
pub(super) fn organizations(tenant: &Minter, named: bool) -> Vec<String> {
    let registered = tenant.organizations();
    let mut organizations: Vec<_> = registered.iter().take(2).cloned().collect();
    for stand_in in STAND_INS {
        if named && organizations.len() < 2 && !organizations.iter().any(|it| it == stand_in) {
            organizations.push(stand_in.to_owned());
        }
    }
    organizations
}

/// Returns the personas of the tenant, in the order of the columns.
pub(super) fn personas(tenant: &Minter, organizations: &[String], logto: &Logto) -> Vec<Persona> {
    let mut personas = vec![id_token(tenant)];
    for who in [Who::User, Who::Machine] {
        personas.extend(with_and_without_scopes(tenant, who));
    }
    for organization in organizations {
        personas.extend(members(tenant, organization));
    }
    personas.push(expired(tenant));
    personas.extend(revoked(tenant, logto));
    personas
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    User,
    Machine,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Machine => "machine",
        }
    }

    fn id(self, tenant: &Minter) -> &str {
        match self {
            Self::User => tenant.first_user().unwrap_or("user"),
            Self::Machine => "machine",
        }
    }

    /// Returns a token for this token request, still without scopes. If guards name a client, the machine is
    /// that client.
    fn token<'a>(self, tenant: &'a Minter, row: &Row, wanted: &Wanted) -> TokenBuilder<'a> {
        let token = match self {
            Self::User => tenant.token().user(self.id(tenant)),
            Self::Machine => {
                let client = wanted.client.as_deref();
                tenant.token().client(client.unwrap_or(self.id(tenant)))
            }
        };
        target(token, wanted, row.organization.as_deref())
    }
}

fn id_token(tenant: &Minter) -> Persona {
    let tenant = tenant.clone();
    let group = "no access token";
    Persona::new(group, "ID token", "ID token", move |row, wanted| {
        each(wanted, |it| {
            Who::User.token(&tenant, row, it).id_token().mint()
        })
    })
    .noted("of a signed-in user")
}

fn with_and_without_scopes(tenant: &Minter, who: Who) -> [Persona; 2] {
    let persona = |short: &str, with: bool| {
        let minter = tenant.clone();
        Persona::new(
            who.name(),
            short,
            format!("{} {short}", who.name()),
            move |row, wanted| {
                each(wanted, |it| {
                    let scopes = if with { it.scopes.clone() } else { Vec::new() };
                    who.token(&minter, row, it).scopes(scopes).mint()
                })
            },
        )
        .noted(who.id(tenant))
    };
    [
        persona("without scopes", false),
        persona("with the scopes", true),
    ]
}

/// Returns the member with the fewest permissions and scopes in an organization, and the member with the
/// most. If a member is missing, returns an invented user instead.
fn members(tenant: &Minter, organization: &str) -> [Persona; 2] {
    let mut registered = tenant.members_of(organization);
    registered.sort_by_key(|member| member.rights);
    let most = match registered.len() {
        1 if registered[0].rights == 0 => None,
        _ => registered.pop(),
    };
    let least = registered.into_iter().next();
    let persona = |short: &str, member: Option<Member>, has_all: bool| {
        let note = match &member {
            Some(member) if member.is_machine => format!("{}, a machine", member.id),
            Some(member) => format!("{}, a user", member.id),
            None => format!("{short}, a user"),
        };
        let (tenant, own) = (tenant.clone(), organization.to_owned());
        let id = format!("{short}-of-{organization}");
        let name = format!("{short} of {organization}");
        Persona::new(organization, short, name, move |_, wanted| {
            each(wanted, |it| {
                let resource = it.resource.as_deref();
                let within = (it.organization || resource.is_none()).then_some(own.as_str());
                let held = match &member {
                    Some(member) => tenant.held(member, resource, within),
                    None if has_all && within.is_some() => {
                        it.names.iter().map(ToString::to_string).collect()
                    }
                    None => Vec::new(),
                };
                let names = it.names.iter().copied();
                let granted = names.filter(|name| held.iter().any(|held| held == name));
                let token = match &member {
                    Some(member) if member.is_machine => tenant.token().client(&member.id),
                    Some(member) => tenant.token().user(&member.id),
                    None => tenant.token().user(&id),
                };
                target(token, it, Some(&own)).scopes(granted).mint()
            })
        })
        .noted(note)
    };
    [
        persona("member", least, false),
        persona("administrator", most, true),
    ]
}

fn expired(tenant: &Minter) -> Persona {
    const HOUR: Duration = Duration::from_secs(3_600);
    let minter = tenant.clone();
    Persona::new("not valid", "expired", "expired", move |row, wanted| {
        each(wanted, |it| {
            let token = Who::User.token(&minter, row, it).scopes(it.scopes.clone());
            let issued = minter.now() - 2 * HOUR;
            token.issued_at(issued).expires_in(HOUR).mint()
        })
    })
    .noted("a user whose token has the scopes, and expired an hour ago")
}

/// Returns a persona with a revoked token, if the program has a list of revocations of this tenant.
#[cfg(feature = "revocation")]
fn revoked(tenant: &Minter, logto: &Logto) -> Option<Persona> {
    let issuer = tenant.issuer();
    let is_own = |it: &&Logto| it.verifier().expected.issuers.contains(&issuer);
    let own = logto.tenants().iter().find(is_own).unwrap_or(logto);
    let revocations = own.settings().revocations.as_ref()?;
    let minter = tenant.clone();
    let id = revocations.sample_token_id(tenant.token_id()).to_owned();
    let persona = Persona::new("not valid", "revoked", "revoked", move |row, wanted| {
        each(wanted, |it| {
            let token = Who::User.token(&minter, row, it).scopes(it.scopes.clone());
            token.claim("jti", &id).mint()
        })
    });
    Some(persona.noted("a user whose token has the scopes, and is revoked"))
}

#[cfg(not(feature = "revocation"))]
fn revoked(_: &Minter, _: &Logto) -> Option<Persona> {
    None
}

/// Mints a token for each token request of a route.
fn each(wanted: &[Wanted], mint: impl Fn(&Wanted) -> String) -> Vec<Credentials> {
    let minted = wanted.iter().map(|it| Credentials::Token(mint(it)));
    minted.collect()
}

/// Sets the resource and the organization of the token, if the token request needs them. If guards name a
/// client, the token of a user was issued to that client.
fn target<'a>(
    token: TokenBuilder<'a>,
    wanted: &Wanted,
    organization: Option<&str>,
) -> TokenBuilder<'a> {
    let token = match &wanted.resource {
        Some(resource) => token.resource(resource),
        None => token,
    };
    let token = match &wanted.client {
        Some(client) => token.signed_in_with(client),
        None => token,
    };
    match (wanted.organization, organization) {
        (true, Some(organization)) => token.organization(organization),
        // The route does not name an organization, and accepts the organization of the token.
        (true, None) => token.organization(STAND_INS[0]),
        (false, _) => token,
    }
}
