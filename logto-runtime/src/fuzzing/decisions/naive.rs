//! A naive decision about tokens and requests: simple code, with which the real decision is compared.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use serde_json::{Value, json};

use crate::{
    __fuzz::scope::holds,
    decide::{DecisionError, KnownParameters, Requested},
    jwks::VerificationKey,
    policy::requirement::{OrganizationSource, Requirement, RequirementKind, Subject},
    token::claims::UnverifiedClaims,
    verify::Verified,
};

pub(super) const API: &str = "https://api.example.com";
pub(super) const OTHER: &str = "https://other.example.com";

static KEY: LazyLock<Arc<VerificationKey>> = LazyLock::new(|| {
    let examples: Value =
        serde_json::from_str(include_str!("../../jwks/rfc_examples.json")).unwrap();
    let mut jwk = examples[1]["jwk"].clone();
    jwk["kid"] = json!("k");
    Arc::new(VerificationKey::parse(&jwk).unwrap())
});

/// A request about an organization and a user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    organization: &'static str,
    user: &'static str,
    /// Whether a recognised path parameter names the organization.
    named: bool,
}

impl Requested for Request {
    fn compare_organization(
        &mut self,
        source: OrganizationSource,
        of_token: &str,
    ) -> Result<(), DecisionError> {
        match source {
            OrganizationSource::Token => Ok(()),
            _ if of_token == self.organization => Ok(()),
            _ => Err(DecisionError::OrganizationMismatch),
        }
    }

    fn compare_subject(&mut self, _: &'static str, of_token: &str) -> Result<(), DecisionError> {
        if of_token == self.user {
            Ok(())
        } else {
            Err(DecisionError::SubjectMismatch)
        }
    }

    fn names_organization(&mut self) -> Result<bool, DecisionError> {
        Ok(self.named)
    }

    fn known_path_parameters(&mut self) -> KnownParameters {
        KnownParameters::All
    }
}

pub(super) fn request(organization: &'static str, user: &'static str, named: bool) -> Request {
    Request {
        organization,
        user,
        named,
    }
}

/// A token, with only the claims that decisions depend on.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) audience: &'static str,
    pub(super) organization_id: Option<&'static str>,
    pub(super) machine: bool,
    pub(super) scopes: BTreeSet<&'static str>,
}

impl Token {
    pub(super) fn verified(&self) -> Verified {
        let mut claims = json!({
            "iss": "i", "jti": "t", "exp": 2, "iat": 1, "client_id": "My app",
            "sub": if self.machine { "My app" } else { "alice" },
            "aud": self.audience,
            "scope": self.scopes.iter().copied().collect::<Vec<_>>().join(" "),
        });
        if let Some(id) = self.organization_id {
            claims["organization_id"] = json!(id);
        }
        let json = claims.to_string();
        let claims = UnverifiedClaims::parse(json.as_bytes()).unwrap();
        Verified::unchecked(&claims, Arc::clone(&KEY))
    }

    /// Decides in the naive way. Two conditions must hold:
    ///
    /// - If the path names an organization, neither the requirement nor any of its alternatives has global
    ///   scopes without `org = any`.
    /// - The token meets the requirement or one of its alternatives.
    pub(super) fn meets_naively(&self, requirement: &Requirement, request: Request) -> bool {
        let misplaced = |one: &Requirement| {
            request.named
                && one.kind() == RequirementKind::Scopes
                && one.organization() != OrganizationSource::Any
        };
        !misplaced(requirement)
            && !requirement.alternatives().iter().any(misplaced)
            && self.meets_one_naively(requirement, request)
    }

    /// Decides in the naive way, by the README's table of attributes and the list below it. Rejects
    /// `#[guarded_by]`, which no token meets. Ignores whether a path parameter names the organization.
    fn meets_one_naively(&self, requirement: &Requirement, request: Request) -> bool {
        let for_resource = self.audience == requirement.resource().unwrap_or(API);
        let of_audience = self.audience.strip_prefix("urn:logto:organization:");
        let here = |organization: Option<&str>| match requirement.organization() {
            OrganizationSource::Token => organization.is_some(),
            _ => organization == Some(request.organization),
        };
        let scopes = || {
            requirement
                .scope_expr()
                .is_some_and(|scopes| holds(scopes, &self.scopes))
        };
        let subject = match requirement.subject() {
            None => true,
            Some(Subject::User) => !self.machine,
            Some(Subject::Machine) => self.machine,
            Some(Subject::Path(_)) => !self.machine && request.user == "alice",
        } && requirement.client().is_none_or(|client| client == "My app");
        match requirement.kind() {
            RequirementKind::Authenticated => for_resource && subject,
            RequirementKind::Scopes => {
                for_resource && self.organization_id.is_none() && subject && scopes()
            }
            RequirementKind::OrganizationPermission => here(of_audience) && subject && scopes(),
            RequirementKind::OrganizationScopes => {
                for_resource && here(self.organization_id) && subject && scopes()
            }
            RequirementKind::Alternatives => requirement
                .alternatives()
                .iter()
                .any(|one| self.meets_one_naively(one, request)),
            RequirementKind::ByHand => false,
        }
    }
}
