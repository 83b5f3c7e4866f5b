//! The validated input of the code generator.
//!
//! `validate` returns a [`Model`] only if the arguments of the attribute have no mistakes.

use proc_macro2::Ident;
use syn::{LitStr, Path, Type};

use crate::kind::Kind;

/// A validated attribute.
pub(crate) struct Model {
    pub(crate) access: Access,
    /// The type given as `state = …`.
    pub(crate) state: Option<Type>,
    /// The function given as `logto = …`. Never without `state`.
    pub(crate) logto: Option<Path>,
}

/// Who may call the handler.
pub(crate) enum Access {
    /// Callers whose token meets the requirement.
    Requirement(Requirement),
    /// Callers who satisfy one of these policies. There are at least two.
    Alternatives(Vec<Path>),
    /// Callers who satisfy one of these policies, and callers who send a credential of this type. The
    /// attribute must be on a function.
    Either(Vec<Path>, Path),
    /// Everyone.
    Public,
    /// Callers whom the handler itself checks. The text says how.
    ByHand(LitStr),
}

/// What a token must contain.
pub(crate) struct Requirement {
    pub(crate) kind: Kind,
    /// `None` for `#[require_auth]`, which does not take scopes.
    pub(crate) scopes: Option<ScopeExpr>,
    pub(crate) resource: Option<LitStr>,
    pub(crate) organization: Option<Organization>,
    pub(crate) subject: Option<Subject>,
    /// The name or the id of a client.
    pub(crate) client: Option<LitStr>,
    /// What constants are compared with. `None` without a `logto.toml`, for an attribute without scopes, and
    /// if the file does not declare the resource.
    pub(crate) declared: Option<Declared>,
}

/// What the `logto.toml` of this crate declares for an attribute.
///
/// A constant can be from a crate with a `logto.toml` of its own. There, the default resource or a name can
/// stand for another resource.
pub(crate) struct Declared {
    /// The indicator of the attribute's resource, or `None` for organization permissions.
    pub(crate) indicator: Option<String>,
    /// The scopes of that resource, or the organization permissions.
    pub(crate) names: Vec<String>,
}

/// A tree of scopes. Groups are not empty.
pub(crate) enum ScopeExpr {
    /// A scope written as a string.
    One(LitStr),
    /// The path of a constant of `scopes!()`.
    Constant(Path),
    All(Vec<ScopeExpr>),
    Any(Vec<ScopeExpr>),
}

/// Where the request names its organization.
pub(crate) enum Organization {
    /// In the path parameter of this name.
    Path(LitStr),
    /// In the header of this name, which is in lower case.
    Header(String),
    /// The request is about the token's own organization.
    Token,
    /// The request can be about any organization. Only for global scopes.
    Any,
}

/// Who the caller must be.
pub(crate) enum Subject {
    User,
    /// A machine-to-machine (M2M) application.
    Machine,
    /// The user whose id is in the path parameter of this name.
    Path(LitStr),
}

impl ScopeExpr {
    /// Calls `visit` for every scope that is written as a string.
    pub(crate) fn for_each_literal<'a>(&'a self, visit: &mut impl FnMut(&'a LitStr)) {
        match self {
            Self::One(literal) => visit(literal),
            Self::Constant(_) => {}
            Self::All(members) | Self::Any(members) => {
                for member in members {
                    member.for_each_literal(visit);
                }
            }
        }
    }
}

/// The constants of `scopes!()`.
pub(crate) struct Constants {
    /// The constants whose name is unique in `logto.toml`.
    pub(crate) unique: Vec<Constant>,
    /// A module for each named resource, and one for the organization permissions, if there are any.
    pub(crate) modules: Vec<(Ident, Vec<Constant>)>,
}

/// A constant for a scope or for an organization permission.
pub(crate) struct Constant {
    pub(crate) ident: Ident,
    pub(crate) scope: String,
    /// `None` for an organization permission.
    pub(crate) resource: Option<ConstantResource>,
}

/// The resource that a constant's scope belongs to.
pub(crate) struct ConstantResource {
    pub(crate) indicator: String,
    pub(crate) name: Option<String>,
    pub(crate) default: bool,
}
