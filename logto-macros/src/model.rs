//! What is to be generated, valid by construction.

use proc_macro2::Ident;
use syn::{LitStr, Path, Type};

use crate::kind::Kind;

/// What an attribute without mistakes asks for.
pub(crate) struct Model {
    pub(crate) access: Access,
    pub(crate) state: Option<Type>,
}

pub(crate) enum Access {
    Requirement(Requirement),
    /// Two policies or more.
    Alternatives(Vec<Path>),
    Public,
}

pub(crate) struct Requirement {
    pub(crate) kind: Kind,
    /// None for the kind that takes no scopes.
    pub(crate) scopes: Option<ScopeExpr>,
    pub(crate) resource: Option<LitStr>,
    pub(crate) organization: Option<Organization>,
    pub(crate) subject: Option<Subject>,
}

/// Scopes as a tree; no group is empty.
pub(crate) enum ScopeExpr {
    One(LitStr),
    Constant(Path),
    All(Vec<ScopeExpr>),
    Any(Vec<ScopeExpr>),
}

/// Where the request names its organization.
pub(crate) enum Organization {
    Path(LitStr),
    /// In lower case.
    Header(String),
    Token,
}

/// Who the token must speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    User,
    Machine,
}

impl ScopeExpr {
    /// Every scope that is written as a string.
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
    /// The constants whose name is unique in the whole file.
    pub(crate) unique: Vec<Constant>,
    /// A module for each named resource, and one for the organization.
    pub(crate) modules: Vec<(Ident, Vec<Constant>)>,
}

/// A scope as a constant.
pub(crate) struct Constant {
    pub(crate) ident: Ident,
    pub(crate) scope: String,
    /// None for a permission of organizations.
    pub(crate) resource: Option<ConstantResource>,
}

#[derive(Clone)]
pub(crate) struct ConstantResource {
    pub(crate) indicator: String,
    pub(crate) name: Option<String>,
    pub(crate) default: bool,
}

impl Constant {
    /// The same constant for another module.
    pub(crate) fn again(&self) -> Self {
        Self {
            ident: self.ident.clone(),
            scope: self.scope.clone(),
            resource: self.resource.clone(),
        }
    }
}
