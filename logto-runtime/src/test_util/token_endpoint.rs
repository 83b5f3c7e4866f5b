//! `POST /oidc/token`: the client credentials grant, with responses as recorded from Logto.

use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::{
    claims::{Grant, LIFETIME, Subject, Target},
    client::Client,
    directory::RESERVED_RESOURCE,
    form::{Form, authenticate},
    jwt::sign,
    members::Members,
    oidc_error::OidcError,
    tenant::Tenant,
    token_response::token_response,
};

/// Returns the response to a token request.
pub(super) fn answer(tenant: &Tenant, headers: &HeaderMap, body: &[u8]) -> Response {
    match issue(tenant, headers, body) {
        Ok(answer) => token_response(StatusCode::OK, &answer),
        Err(error) => error.into_response(&tenant.issuer()),
    }
}

fn issue(tenant: &Tenant, headers: &HeaderMap, body: &[u8]) -> Result<Members, OidcError> {
    let form = Form::parse(headers, body)?;
    let client = authenticate(&tenant.directory, headers, &form)?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(OidcError::unsupported_grant_type()),
        None => {
            return Err(OidcError::invalid_request(
                "missing required parameter 'grant_type'",
            ));
        }
    }
    let target = target(tenant, client, &form)?;
    let lifetime = match &target {
        Target::Resource { indicator, .. } => tenant.directory.lifetime(indicator),
        Target::Organization(_) => LIFETIME,
    };
    let grant = Grant {
        scopes: granted(
            tenant,
            client,
            &target,
            form.get("scope").unwrap_or_default(),
        ),
        subject: Subject::Machine {
            client_id: client.id.clone(),
        },
        target,
        issued_at: tenant.clock.now(),
        lifetime,
    };
    let token = sign(tenant.keys().current(), &grant.claims(&tenant.issuer()));
    Ok(Members::default()
        .with("access_token", token)
        .with("expires_in", lifetime.as_secs())
        .with("token_type", "Bearer")
        .with_some("scope", grant.scope()))
}

/// Returns the resource or the organization that the requested token is for.
///
/// Checks the membership in the organization before the resource.
fn target(tenant: &Tenant, client: &Client, form: &Form) -> Result<Target, OidcError> {
    let organization = form.get("organization_id").map(str::to_owned);
    if organization
        .as_deref()
        .is_some_and(|id| !client.holds.is_member_of(id))
    {
        return Err(OidcError::not_in_organization());
    }
    let mut resources = form.all("resource");
    match (resources.next(), resources.next(), organization) {
        (Some(_), Some(_), _) => Err(OidcError::invalid_target(
            "only a single resource indicator value is supported for this grant type",
        )),
        (Some(indicator), None, organization)
            if tenant.directory.knows_resource(indicator) || tenant.store().knows(indicator) =>
        {
            Ok(Target::Resource {
                indicator: indicator.to_owned(),
                organization,
            })
        }
        (Some(_), None, _) => Err(OidcError::invalid_target(
            "resource indicator is missing, or unknown",
        )),
        (None, _, Some(organization)) => Ok(Target::Organization(organization)),
        (None, _, None) => Err(OidcError::invalid_target(
            "both `resource` and `organization_id` are not provided",
        )),
    }
}

/// Returns the scopes that are both requested and held. Other requested scopes are ignored. For
/// [`RESERVED_RESOURCE`], every client holds all organization permissions of the builder.
///
/// For a resource, the scopes have the order of the request. For an organization without a resource, the
/// permissions have the order in which they were given to the client.
fn granted(tenant: &Tenant, client: &Client, target: &Target, asked: &str) -> Vec<String> {
    let mut asked: Vec<&str> = asked.split(' ').filter(|name| !name.is_empty()).collect();
    let held = match target {
        Target::Organization(id) => {
            let mut held = client.holds.permissions(id);
            held.retain(|name| asked.contains(&name.as_str()));
            return held;
        }
        Target::Resource { indicator, .. } if indicator == RESERVED_RESOURCE => {
            tenant.directory.permissions.clone()
        }
        Target::Resource {
            indicator,
            organization: None,
        } => client.holds.global(indicator),
        Target::Resource {
            indicator,
            organization,
        } => client.holds.within(organization.as_deref(), indicator),
    };
    let mut granted = Vec::new();
    asked.retain(|name| held.iter().any(|held| held == name));
    for name in asked {
        if !granted.iter().any(|known| known == name) {
            granted.push(name.to_owned());
        }
    }
    granted
}
