//! `POST /oidc/token`: client credentials, granted and refused as recorded.

use axum::response::{IntoResponse, Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE},
};

use super::{
    Tenant,
    claims::{Grant, LIFETIME, Subject, Target},
    client::Client,
    directory::RESERVED_RESOURCE,
    form::{Form, authenticate},
    jwt::sign,
    members::Members,
};

pub(super) fn answer(tenant: &Tenant, headers: &HeaderMap, body: &[u8]) -> Response {
    match issue(tenant, headers, body) {
        Ok(answer) => json(StatusCode::OK, &answer),
        Err(refusal) => refusal.into_response(&tenant.issuer()),
    }
}

fn issue(tenant: &Tenant, headers: &HeaderMap, body: &[u8]) -> Result<Members, Refusal> {
    let form = Form::parse(headers, body)?;
    let client = authenticate(&tenant.directory, headers, &form)?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::unsupported_grant_type()),
        None => {
            return Err(Refusal::invalid_request(
                "missing required parameter 'grant_type'",
            ));
        }
    }
    let target = target(tenant, client, &form)?;
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
        lifetime: LIFETIME,
    };
    let token = sign(tenant.keys().current(), &grant.claims(&tenant.issuer()));
    Ok(Members::default()
        .with("access_token", token)
        .with("expires_in", LIFETIME.as_secs())
        .with("token_type", "Bearer")
        .with_some("scope", grant.scope()))
}

/// Membership is asked before the resource is looked at.
fn target(tenant: &Tenant, client: &Client, form: &Form) -> Result<Target, Refusal> {
    let organization = form.get("organization_id").map(str::to_owned);
    if organization
        .as_deref()
        .is_some_and(|id| !client.holds.is_member_of(id))
    {
        return Err(Refusal::not_in_organization());
    }
    let mut resources = form.all("resource");
    match (resources.next(), resources.next(), organization) {
        (Some(_), Some(_), _) => Err(Refusal::invalid_target(
            "only a single resource indicator value is supported for this grant type",
        )),
        (Some(indicator), None, organization) if tenant.directory.knows_resource(indicator) => {
            Ok(Target::Resource {
                indicator: indicator.to_owned(),
                organization,
            })
        }
        (Some(_), None, _) => Err(Refusal::invalid_target(
            "resource indicator is missing, or unknown",
        )),
        (None, _, Some(organization)) => Ok(Target::Organization(organization)),
        (None, _, None) => Err(Refusal::invalid_target(
            "both `resource` and `organization_id` are not provided",
        )),
    }
}

/// What is asked for and held; the rest is dropped without a word. A resource's scopes come in
/// the order of the request, an organization's in the order they were given to the client.
fn granted(tenant: &Tenant, client: &Client, target: &Target, asked: &str) -> Vec<String> {
    let mut asked: Vec<&str> = asked.split(' ').filter(|name| !name.is_empty()).collect();
    let held = match target {
        Target::Organization(id) => {
            let mut held = client.holds.permissions(id);
            held.retain(|name| asked.contains(&name.as_str()));
            return held;
        }
        // Any machine gets any permission it asks of this one, which is why it proves nothing.
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

/// An error answer, RFC 6749 §5.2 with Logto's `code` and `message`.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    message: &'static str,
    description: String,
    challenge: bool,
}

impl Refusal {
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", "Request is invalid.", description)
    }

    pub(super) fn unknown_client(id: &str) -> Self {
        Self::invalid_client(400, format!("invalid client {id}"))
    }

    /// RFC 6749 §5.2 asks for a challenge if the client used the Authorization header.
    pub(super) fn wrong_secret(challenge: bool) -> Self {
        Self {
            challenge,
            ..Self::invalid_client(401, "client authentication failed")
        }
    }

    fn invalid_client(status: u16, description: impl Into<String>) -> Self {
        let message = "An OIDC error occurred: oidc.invalid_client.";
        Self::new(status, "invalid_client", message, description)
    }

    fn unsupported_grant_type() -> Self {
        let message = "Unsupported `grant_type` requested.";
        let description = "unsupported grant_type requested";
        Self::new(400, "unsupported_grant_type", message, description)
    }

    fn not_in_organization() -> Self {
        let description = "app has not associated with the organization";
        Self::new(403, "access_denied", "Access denied.", description)
    }

    fn invalid_target(description: &str) -> Self {
        Self::new(
            400,
            "invalid_target",
            "Invalid resource indicator.",
            description,
        )
    }

    fn new(
        status: u16,
        error: &'static str,
        message: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            error,
            message,
            description: description.into(),
            challenge: false,
        }
    }

    fn into_response(self, issuer: &str) -> Response {
        let Self {
            error, description, ..
        } = &self;
        let body = Members::default()
            .with("code", format!("oidc.{error}"))
            .with("message", self.message)
            .with("error", *error)
            .with("error_description", description.as_str());
        let mut response = json(self.status, &body);
        let challenge = format!(
            "Basic realm=\"{issuer}\", error=\"{error}\", error_description=\"{description}\""
        );
        if let (true, Ok(challenge)) = (self.challenge, HeaderValue::from_str(&challenge)) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

fn json(status: StatusCode, body: &Members) -> Response {
    let head = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_TYPE, "application/json; charset=utf-8"),
    ];
    (status, head, body.to_string()).into_response()
}
