//! What generated code may name. Not public API: it changes without notice.

use crate::LogtoState;
#[cfg(feature = "utoipa")]
pub use crate::openapi::{GuardMark, guard_mark};
pub use crate::{
    __register as register,
    extract::{Guard, Public},
    inventory::{guard, policy, public},
    policy::{AnyOf, Policy},
    requirement::{
        OrganizationSource, Requirement,
        ScopeExpr::{All, Any, One},
        Subject,
    },
    scope_const::{Scope, Wanted, permission, scope, scope_name},
};

/// Compiles for the state of a router whose guards find their `Logto`.
pub const fn assert_state<S: LogtoState + ?Sized>() {}
