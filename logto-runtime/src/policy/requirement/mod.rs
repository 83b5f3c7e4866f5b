//! Requirements: what a route requires of an access token, as constant data.
//!
//! Attributes and hand-written policies build a [`Requirement`] in a constant. The crate evaluates
//! it against a verified token in `decide`, and describes it in OpenAPI documents.
//!
//! - A requirement has a kind: one of Logto's permission models, any token of a resource, alternatives, or a
//!   check by hand.
//! - Scopes are a tree of [`ScopeExpr::All`] and [`ScopeExpr::Any`]. Empty lists are never
//!   satisfied, so that a mistake cannot open a route.
//! - `any_of` says which requirements may be alternatives; `fit` says what a requirement can enforce, and
//!   where; `scope_expr` has the tree of scopes, and `scope_names` lists its scopes; `text` formats a
//!   requirement as the attribute that declares it.

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

/// The kind of a [`Requirement`]: one of Logto's permission models, any token of a resource, alternatives, or a
/// check by hand.
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

/// Where a request names the organization that the token must belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrganizationSource {
    /// Every path parameter named `organization_id`, `organizationId`, `org_id` or `orgId`. A route
    /// without path parameters uses the token's organization. A route with only other path parameters
    /// answers 500.
    Route,
    /// The path parameter with this name: `org = path("…")`.
    Path(&'static str),
    /// The request header with this name: `org = header("…")`. If a path parameter has one of the names of
    /// [`Route`](Self::Route), it must name the same organization.
    Header(&'static str),
    /// The request does not name its organization, and the organization of the token is used:
    /// `org = token`. If a path parameter has one of the names of [`Route`](Self::Route), it must name
    /// the same organization.
    Token,
    /// Any organization that the request names: `org = any`. Only for [`RequirementKind::Scopes`], if
    /// the scopes reach every organization.
    Any,
}

/// Whose token it must be: that of a user, or of a machine-to-machine application.
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

    /// Requires a token for the resource with these scopes and without an organization
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

    /// Sets the resource, instead of the default one: an absolute URI, or a name given to
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

    /// Accepts tokens of users only, of machine-to-machine applications only, or of the user that
    /// the path names.
    #[must_use]
    pub const fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Accepts tokens that were issued to this client only: a name given to
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

    /// Returns whether the kind requires a token of an organization: `false` for alternatives, even if each of
    /// them does.
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
