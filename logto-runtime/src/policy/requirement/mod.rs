//! Requirements: what a route requires of an access token, as constant data.
//!
//! Attributes and hand-written policies build a [`Requirement`] in a constant. The module `decide` checks
//! whether a verified token meets it. OpenAPI documents describe it.
//!
//! - Each requirement has a [`RequirementKind`].
//! - Scopes are a tree of [`ScopeExpr::All`] and [`ScopeExpr::Any`]. Empty lists are never
//!   satisfied, so that a mistake cannot open a route.
//!
//! The other files:
//!
//! - `any_of.rs`: which requirements may be alternatives
//! - `fit.rs`: which restrictions a requirement can enforce
//! - `scope_expr.rs`: the tree of scopes
//! - `scope_names.rs`: the scopes as a list
//! - `text.rs`: the attribute that declares a requirement

mod any_of;
mod fit;
mod scope_expr;
mod scope_names;
mod text;

pub use self::scope_expr::ScopeExpr;

/// What a route requires of an access token.
///
/// The attributes emit it as a constant. To write one by hand, implement
/// [`Policy`](crate::Policy):
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
    client: Option<&'static str>,
    by_hand: &'static str,
    alternatives: &'static [Requirement],
}

/// The kind of a [`Requirement`]. The permission models of Logto are `Scopes`, `OrganizationPermission` and
/// `OrganizationScopes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequirementKind {
    /// `#[require_auth]`: the audience is the resource. Scopes are not checked.
    Authenticated,
    /// `#[require_scopes(…)]`: the audience is a global API resource. A token of an organization is
    /// rejected.
    Scopes,
    /// `#[require_org_permission(…)]`: the audience is `urn:logto:organization:<id>`.
    OrganizationPermission,
    /// `#[require_org_scopes(…)]`: the audience is the resource, and the token has an
    /// `organization_id` claim.
    OrganizationScopes,
    /// `#[require_any(…)]`: at least one of several requirements is met.
    Alternatives,
    /// `#[guarded_by("…")]`: the handler itself checks its callers. No token meets this
    /// requirement.
    ByHand,
}

/// Where a request names its organization. An organization requirement compares that organization with the
/// token's organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrganizationSource {
    /// Every path parameter named `organization_id`, `organizationId`, `org_id` or `orgId`. A route
    /// without path parameters uses the token's organization. A route with only other path parameters
    /// answers 500.
    Route,
    /// The path parameter with this name: `org = path("…")`.
    Path(&'static str),
    /// The request header with this name: `org = header("…")`. Path parameters with the names listed at
    /// [`Route`](Self::Route) must have the same value.
    Header(&'static str),
    /// The request does not name its organization, and the organization of the token is used:
    /// `org = token`. Path parameters with the names listed at [`Route`](Self::Route) must have the id of
    /// that organization as their value.
    Token,
    /// The request may name any organization: `org = any`. Only for [`RequirementKind::Scopes`], and only
    /// if the scopes are meant for every organization.
    Any,
}

/// The subject that a token must have: a user or a machine-to-machine application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A user, possibly through a delegate: `subject = user`.
    User,
    /// A machine-to-machine application on its own behalf: `subject = machine`.
    Machine,
    /// The user whose id is the value of the path parameter with this name:
    /// `subject = path("…")`. A machine-to-machine application is not a user, so its token is
    /// rejected.
    Path(&'static str),
}

impl Requirement {
    /// Requires any token for the resource (`#[require_auth]`).
    #[must_use]
    pub const fn authenticated() -> Self {
        Self::new(RequirementKind::Authenticated, None)
    }

    /// Requires a token for the resource, with these scopes and without an organization
    /// (`#[require_scopes]`).
    #[must_use]
    pub const fn scopes(scopes: ScopeExpr) -> Self {
        Self::new(RequirementKind::Scopes, Some(scopes))
    }

    /// Requires an organization token with these permissions (`#[require_org_permission]`).
    #[must_use]
    pub const fn organization_permission(permissions: ScopeExpr) -> Self {
        Self::new(RequirementKind::OrganizationPermission, Some(permissions))
    }

    /// Requires a token for the resource and for an organization, with these scopes
    /// (`#[require_org_scopes]`).
    #[must_use]
    pub const fn organization_scopes(scopes: ScopeExpr) -> Self {
        Self::new(RequirementKind::OrganizationScopes, Some(scopes))
    }

    /// Describes what a handler checks by hand (`#[guarded_by]`), for tables and documents.
    ///
    /// No token meets this requirement. A guard with this requirement answers 500.
    #[must_use]
    pub const fn by_hand(description: &'static str) -> Self {
        let mut requirement = Self::new(RequirementKind::ByHand, None);
        requirement.by_hand = description;
        requirement
    }

    /// Sets the resource, instead of the default one. Pass an absolute URI, or a name given to
    /// [`named_resource`](crate::LogtoBuilder::named_resource).
    #[must_use]
    pub const fn with_resource(mut self, resource: &'static str) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Sets where the request names its organization.
    ///
    /// # Panics
    ///
    /// Panics for [`OrganizationSource::Any`] unless the kind is [`RequirementKind::Scopes`]. In a
    /// constant, the panic is a compile error.
    #[must_use]
    pub const fn with_organization(mut self, source: OrganizationSource) -> Self {
        assert!(
            !matches!(source, OrganizationSource::Any)
                || matches!(self.kind, RequirementKind::Scopes),
            "only a requirement of global scopes accepts any organization; remove \
             `OrganizationSource::Any`"
        );
        self.organization = source;
        self
    }

    /// Accepts only tokens with this subject: a user, a machine-to-machine application, or the user that the
    /// path names.
    #[must_use]
    pub const fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Accepts only tokens that were issued to this client. Pass a name given to
    /// [`named_client`](crate::LogtoBuilder::named_client), or an application's id.
    #[must_use]
    pub const fn with_client(mut self, client: &'static str) -> Self {
        self.client = Some(client);
        self
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> RequirementKind {
        self.kind
    }

    /// Returns the required scopes. `None` for [`RequirementKind::Authenticated`],
    /// [`RequirementKind::Alternatives`] and [`RequirementKind::ByHand`].
    #[must_use]
    pub const fn scope_expr(&self) -> Option<&ScopeExpr> {
        self.scopes.as_ref()
    }

    /// Returns the resource as written, or `None` if [`with_resource`](Self::with_resource) was not called.
    #[must_use]
    pub const fn resource(&self) -> Option<&'static str> {
        self.resource
    }

    /// Returns where the request names its organization.
    #[must_use]
    pub const fn organization(&self) -> OrganizationSource {
        self.organization
    }

    /// Returns the required subject, or `None` if users and applications are both accepted.
    #[must_use]
    pub const fn subject(&self) -> Option<Subject> {
        self.subject
    }

    /// Returns the required client as written, or `None` if every client is accepted.
    #[must_use]
    pub const fn client(&self) -> Option<&'static str> {
        self.client
    }

    /// Returns what the handler checks by hand. Empty unless the kind is
    /// [`RequirementKind::ByHand`].
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.by_hand
    }

    /// Returns the alternatives. Meeting one of them is enough. Empty unless the kind is
    /// [`RequirementKind::Alternatives`].
    #[must_use]
    pub const fn alternatives(&self) -> &'static [Requirement] {
        self.alternatives
    }

    /// Returns whether the kind requires a token of an organization. Returns `false` for alternatives, even
    /// if each alternative requires such a token.
    #[must_use]
    pub const fn wants_organization(&self) -> bool {
        match self.kind {
            RequirementKind::OrganizationPermission | RequirementKind::OrganizationScopes => true,
            RequirementKind::Authenticated
            | RequirementKind::Scopes
            | RequirementKind::Alternatives
            | RequirementKind::ByHand => false,
        }
    }

    const fn new(kind: RequirementKind, scopes: Option<ScopeExpr>) -> Self {
        Self {
            kind,
            scopes,
            resource: None,
            organization: OrganizationSource::Route,
            subject: None,
            client: None,
            by_hand: "",
            alternatives: &[],
        }
    }
}
