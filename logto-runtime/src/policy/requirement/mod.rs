//! What a route asks of its caller, as constant data.

mod text;

/// What a route requires of an access token.
///
/// The attributes emit it as constant data; tested code of this crate evaluates it. Written by hand it goes
/// into an implementation of [`Policy`](crate::Policy):
///
/// ```
/// use logto_runtime::{Policy, policy::{Requirement, ScopeExpr}};
///
/// struct ReadProducts;
///
/// impl Policy for ReadProducts {
///     const REQUIREMENT: Requirement = Requirement::scopes(ScopeExpr::One("read:products"));
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    kind: RequirementKind,
    scopes: Option<ScopeExpr>,
    resource: Option<&'static str>,
    organization: OrganizationSource,
    subject: Option<Subject>,
    alternatives: &'static [Requirement],
}

/// Which of Logto's permission models a [`Requirement`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequirementKind {
    /// `#[require_auth]`: audience = resource; says nothing about permission.
    Authenticated,
    /// `#[require_scopes(…)]`: a global API resource; an organization's token does not pass.
    Scopes,
    /// `#[require_org_permission(…)]`: audience = `urn:logto:organization:<id>`.
    OrganizationPermission,
    /// `#[require_org_scopes(…)]`: audience = resource, and an `organization_id` claim.
    OrganizationScopes,
    /// `#[require_any(…)]`: one of several requirements.
    Alternatives,
}

/// Scopes that a token must hold, as a tree of *all* and *any*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeExpr {
    /// This scope.
    One(&'static str),
    /// Every one of these; an empty list is never satisfied.
    All(&'static [ScopeExpr]),
    /// At least one of these; an empty list is never satisfied.
    Any(&'static [ScopeExpr]),
}

/// Where a request names the organization that the token must belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrganizationSource {
    /// Every path parameter named `organization_id`, `organizationId`, `org_id` or `orgId`; the
    /// token's organization where the route has no path parameters at all.
    Route,
    /// The path parameter of this name: `org = path("…")`.
    Path(&'static str),
    /// The request header of this name: `org = header("…")`.
    Header(&'static str),
    /// Nowhere: the token's own organization, `org = token`.
    Token,
}

/// Who a token speaks for, where a requirement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person, perhaps through a delegate: `subject = user`.
    User,
    /// An application on its own behalf: `subject = machine`.
    Machine,
}

impl Requirement {
    /// Any token for the resource (`#[require_auth]`).
    #[must_use]
    pub const fn authenticated() -> Self {
        Self::new(RequirementKind::Authenticated, None)
    }

    /// A token for the resource, of no organization, with these scopes (`#[require_scopes]`).
    #[must_use]
    pub const fn scopes(scopes: ScopeExpr) -> Self {
        Self::new(RequirementKind::Scopes, Some(scopes))
    }

    /// An organization token with these permissions (`#[require_org_permission]`).
    #[must_use]
    pub const fn organization_permission(permissions: ScopeExpr) -> Self {
        Self::new(RequirementKind::OrganizationPermission, Some(permissions))
    }

    /// A token for the resource and for an organization, with these scopes (`#[require_org_scopes]`).
    #[must_use]
    pub const fn organization_scopes(scopes: ScopeExpr) -> Self {
        Self::new(RequirementKind::OrganizationScopes, Some(scopes))
    }

    /// Another resource than the default one: an absolute URI, or a name given to
    /// [`named_resource`](crate::LogtoBuilder::named_resource).
    #[must_use]
    pub const fn with_resource(mut self, resource: &'static str) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Where the request names its organization.
    #[must_use]
    pub const fn with_organization(mut self, source: OrganizationSource) -> Self {
        self.organization = source;
        self
    }

    /// Only people, or only applications.
    #[must_use]
    pub const fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Any one of these; an empty list is never met.
    #[must_use]
    pub const fn any_of(alternatives: &'static [Requirement]) -> Self {
        let mut requirement = Self::new(RequirementKind::Alternatives, None);
        requirement.alternatives = alternatives;
        requirement
    }

    /// The permission model.
    #[must_use]
    pub const fn kind(&self) -> RequirementKind {
        self.kind
    }

    /// The scopes asked for; none for [`RequirementKind::Authenticated`].
    #[must_use]
    pub const fn scope_expr(&self) -> Option<&ScopeExpr> {
        self.scopes.as_ref()
    }

    /// The resource as written, if not the default one.
    #[must_use]
    pub const fn resource(&self) -> Option<&'static str> {
        self.resource
    }

    /// Where the request names its organization.
    #[must_use]
    pub const fn organization(&self) -> OrganizationSource {
        self.organization
    }

    /// Who the token must speak for, if that matters.
    #[must_use]
    pub const fn subject(&self) -> Option<Subject> {
        self.subject
    }

    /// The requirements of which one is enough; none but for [`RequirementKind::Alternatives`].
    #[must_use]
    pub const fn alternatives(&self) -> &'static [Requirement] {
        self.alternatives
    }

    /// The distinct scopes of the expression, as written.
    #[must_use]
    pub fn scope_names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if let Some(scopes) = &self.scopes {
            scopes.collect_names(&mut names);
        }
        names
    }

    /// Whether the token must belong to an organization.
    #[must_use]
    pub const fn wants_organization(&self) -> bool {
        match self.kind {
            RequirementKind::OrganizationPermission | RequirementKind::OrganizationScopes => true,
            RequirementKind::Authenticated
            | RequirementKind::Scopes
            | RequirementKind::Alternatives => false,
        }
    }

    const fn new(kind: RequirementKind, scopes: Option<ScopeExpr>) -> Self {
        Self {
            kind,
            scopes,
            resource: None,
            organization: OrganizationSource::Route,
            subject: None,
            alternatives: &[],
        }
    }
}

impl ScopeExpr {
    fn collect_names(&self, names: &mut Vec<&'static str>) {
        match self {
            Self::One(name) if names.contains(name) => {}
            Self::One(name) => names.push(name),
            Self::All(list) | Self::Any(list) => {
                for expr in *list {
                    expr.collect_names(names);
                }
            }
        }
    }
}
