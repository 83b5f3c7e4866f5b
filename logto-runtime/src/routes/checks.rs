//! The checks that run before the handler of a route. The explorer, a page that shows who may call what,
//! repeats these checks.

use std::any::TypeId;

use super::{
    argument_name::{accepts_every_caller, is_claims},
    arguments::GuardedArguments,
};
use crate::{
    describe::inventory::{GuardInfo, guards},
    extract::organization_id::OrganizationId,
    layer::RequireLayer,
    logto::auth_info::AuthInfo,
    policy::{
        AnyPolicy,
        requirement::{Requirement, RequirementKind},
    },
};

/// The checks before the handler of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checks {
    pub(crate) entry: Entry,
    /// The checks in the order in which they run, with one exception. A check that the handler makes by hand
    /// runs last, but is listed before the checks of further arguments. The first rejection is the response.
    pub(crate) list: Vec<Check>,
}

/// How a request gets to the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Through a route. The table of routes has the path of this route.
    Route,
    /// Through the fallback, because no route matches. The path in the table ends with the placeholder
    /// `/{*rest}`.
    Fallback,
    /// Through a nested router, whose routes are not known. The path in the table ends with the placeholder
    /// `/{*rest}`.
    Nested,
}

/// A guard, an extractor of this crate, or a check that the explorer can't repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// A guard on the handler.
    Guard(&'static Requirement),
    /// A guard around the route.
    Layer {
        requirement: &'static Requirement,
        /// Whether [`leaf`](RequireLayer::leaf) was called on the layer.
        leaf: bool,
    },
    /// `AuthInfo`, `Option<AuthInfo>`, or the first step of `Claims`.
    Caller { optional: bool },
    /// `OrganizationId`, or `Option<OrganizationId>`.
    Organization { optional: bool },
    /// A check that the explorer can't repeat.
    Unknown(Unknown),
}

/// A check that the explorer can't repeat. The check can reject callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// The handler itself checks its callers. The text is that of `#[guarded_by("…")]`.
    Handler(&'static str),
    /// An argument of the handler, with the name of its type.
    Argument(&'static str),
    /// The guards of a nested router.
    Router,
    /// The checks of another route, because that route gets the request.
    AnotherRoute,
}

impl Checks {
    /// Returns the checks before a handler with these arguments.
    pub(super) fn of_handler<T: GuardedArguments>() -> Self {
        let mut list: Vec<_> = T::first().map(Check::of_guard).into_iter().collect();
        // The first argument is in the list already, or is `Public`.
        for (argument, name) in T::types().into_iter().zip(T::names()).skip(1) {
            // Several guards of the inventory can have this type, with equal requirements. One is enough.
            let guard = guards()
                .filter(|guard| guard.is_argument(argument))
                .find_map(GuardInfo::requirement_of_token);
            match guard {
                Some(requirement) => list.push(Check::of_guard(requirement)),
                None => list.extend(Check::of_extractor(argument, name)),
            }
        }
        Self {
            entry: Entry::Route,
            list,
        }
    }

    /// Returns the checks before a nested router, whose routes are not known.
    pub(super) fn of_nested(checks: impl Into<Vec<Check>>) -> Self {
        Self {
            entry: Entry::Nested,
            list: checks.into(),
        }
    }

    /// Returns the requirements of the guards, in the order in which they run.
    pub(crate) fn requirements(&self) -> impl Iterator<Item = &'static Requirement> {
        self.list.iter().filter_map(|check| match check {
            Check::Guard(requirement) | Check::Layer { requirement, .. } => Some(*requirement),
            Check::Caller { .. } | Check::Organization { .. } | Check::Unknown(_) => None,
        })
    }
}

impl Check {
    pub(super) fn of_layer<P: AnyPolicy>(guard: &RequireLayer<P>) -> Self {
        Self::Layer {
            requirement: &P::REQUIREMENT,
            leaf: guard.is_leaf(),
        }
    }

    fn of_guard(requirement: &'static Requirement) -> Self {
        match requirement.kind() {
            RequirementKind::ByHand => Self::Unknown(Unknown::Handler(requirement.description())),
            _ => Self::Guard(requirement),
        }
    }

    /// Returns the checks of an argument that is not a guard.
    fn of_extractor(argument: TypeId, name: &'static str) -> Vec<Self> {
        let by_type = |types: [TypeId; 4]| types.into_iter().position(|it| it == argument);
        let of_this_crate = [
            TypeId::of::<AuthInfo>(),
            TypeId::of::<Option<AuthInfo>>(),
            TypeId::of::<OrganizationId>(),
            TypeId::of::<Option<OrganizationId>>(),
        ];
        let mut wrapped = guards().filter_map(GuardInfo::wrapped_arguments);
        match by_type(of_this_crate).or_else(|| wrapped.find_map(by_type)) {
            Some(0) => vec![Self::Caller { optional: false }],
            Some(1) => vec![Self::Caller { optional: true }],
            Some(2) => vec![Self::Organization { optional: false }],
            Some(_) => vec![Self::Organization { optional: true }],
            None if accepts_every_caller(name) => Vec::new(),
            // `Claims` authenticates the caller as `AuthInfo` does, before it reads the claims.
            None if is_claims(name) => vec![
                Self::Caller { optional: false },
                Self::Unknown(Unknown::Argument(name)),
            ],
            None => vec![Self::Unknown(Unknown::Argument(name))],
        }
    }
}
