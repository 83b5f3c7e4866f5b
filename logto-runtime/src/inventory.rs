//! Every guard that an attribute has placed, known without running anything.

use std::{any::TypeId, fmt, panic::Location};

use crate::{
    Requirement,
    extract::{Guard, Public},
};

/// An attribute of this crate on a function or a unit struct.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct GuardInfo {
    /// The path of the function or policy: `my_api::products::list`. Of one inside another
    /// function it is the same, and so no proof of which function is meant.
    pub item: &'static str,
    /// What it requires; `None` for `#[public]`.
    pub requirement: Option<&'static Requirement>,
    /// The file it stands in.
    pub file: &'static str,
    /// The line it stands in.
    pub line: u32,
    types: fn() -> Types,
}

/// How an attribute is found again. One function tells both, since each has to be compiled.
struct Types {
    /// What it puts in front of a handler.
    argument: TypeId,
    /// What only the attributes of the same item name.
    #[cfg_attr(
        not(feature = "utoipa"),
        expect(dead_code, reason = "only descriptions ask for it")
    )]
    owner: TypeId,
}

impl GuardInfo {
    /// For generated code only: a guard of this policy and its requirement, which is named there,
    /// so that rustc tells of a mistake in it there alone. `Owner` is a type that only the
    /// attributes of the same item name.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn __guard<P: 'static, Owner: 'static>(
        item: &'static str,
        requirement: &'static Requirement,
    ) -> Self {
        Self::new::<Guard<P>, Owner>(item, Some(requirement))
    }

    /// For generated code only: a handler for everyone.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn __public(item: &'static str) -> Self {
        Self::new::<Public, Public>(item, None)
    }

    #[track_caller]
    const fn new<Argument: 'static, Owner: 'static>(
        item: &'static str,
        requirement: Option<&'static Requirement>,
    ) -> Self {
        let place = Location::caller();
        Self {
            item,
            requirement,
            file: place.file(),
            line: place.line(),
            types: Types::of::<Argument, Owner>,
        }
    }

    /// Whether an argument of this type asks for what this attribute asks for.
    pub(crate) fn is_argument(&self, argument: TypeId) -> bool {
        (self.types)().argument == argument
    }

    #[cfg(feature = "utoipa")]
    pub(crate) fn is_of<Owner: 'static>(&self) -> bool {
        (self.types)().owner == TypeId::of::<Owner>()
    }
}

impl Types {
    fn of<Argument: 'static, Owner: 'static>() -> Self {
        Self {
            argument: TypeId::of::<Argument>(),
            owner: TypeId::of::<Owner>(),
        }
    }
}

impl fmt::Debug for GuardInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardInfo")
            .field("item", &self.item)
            .field("requirement", &self.requirement)
            .field("file", &self.file)
            .field("line", &self.line)
            .finish()
    }
}

inventory::collect!(GuardInfo);

/// Every guard in the program, of all crates linked into it, in no particular order.
///
/// ```
/// use logto_runtime::require_scopes;
///
/// #[require_scopes("read:products")]
/// async fn list() {}
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(list));
///
/// for guard in logto_runtime::guards() {
///     println!("{} {:?}", guard.item, guard.requirement);
/// }
/// ```
pub fn guards() -> impl Iterator<Item = &'static GuardInfo> {
    inventory::iter::<GuardInfo>.into_iter()
}
