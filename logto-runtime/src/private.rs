//! What generated code may name. Not public API: it changes without notice.

#[cfg(feature = "utoipa")]
pub use crate::describe::openapi::{GuardMark, guard_mark};
use crate::logto::state::LogtoState;
pub use crate::{
    __register as register,
    describe::inventory::{guard, policy, public},
    extract::{guard::Guard, public::Public},
    policy::{
        AnyOf, Policy,
        requirement::{
            OrganizationSource, Requirement,
            ScopeExpr::{All, Any, One},
            Subject,
        },
        scope::{Scope, Wanted, permission, scope, scope_name},
    },
};

/// Compiles for the state of a router whose guards find their `Logto`.
pub const fn assert_state<S: LogtoState + ?Sized>() {}
