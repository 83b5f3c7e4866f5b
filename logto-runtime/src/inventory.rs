//! Every guard that an attribute has placed, known without running anything.

use std::{any::TypeId, fmt, panic::Location, sync::LazyLock};

use crate::{
    Policy, Requirement,
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
    types: Types,
}

impl GuardInfo {
    /// Whether an argument of this type asks for what this attribute asks for.
    pub(crate) fn is_argument(&self, argument: TypeId) -> bool {
        self.types.arguments.contains(&argument)
    }

    #[cfg(feature = "utoipa")]
    pub(crate) fn is_of<Owner: 'static>(&self) -> bool {
        self.types.owner == TypeId::of::<Owner>()
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

/// Every guard in the program, of all crates linked into it, in no particular order. Libraries that
/// a program loads while it runs count if they were there at the first call.
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
    static GUARDS: LazyLock<Vec<GuardInfo>> =
        LazyLock::new(|| inventory::iter::<Placed>().map(Placed::info).collect());
    GUARDS.iter()
}

/// How an attribute is found again.
#[derive(Clone, Copy)]
struct Types {
    /// What it puts in front of a handler, or what handlers take of a policy.
    arguments: [TypeId; 2],
    /// What only the attributes of the same item name.
    #[cfg(feature = "utoipa")]
    owner: TypeId,
}

/// What each attribute adds to the program. The compiler evaluates it, so it holds little: the rest
/// is for [`guards`] to ask, if anybody does.
#[derive(Debug)]
pub struct Placed {
    item: &'static str,
    place: &'static Location<'static>,
    guards: fn() -> (Option<&'static Requirement>, Types),
}

impl Placed {
    fn info(&self) -> GuardInfo {
        let (requirement, types) = (self.guards)();
        GuardInfo {
            item: self.item,
            requirement,
            file: self.place.file(),
            line: self.place.line(),
            types,
        }
    }
}

inventory::collect!(Placed);

/// For generated code: a function guarded by policy `P`. `Owner` is a type that only the attributes
/// of the same item name.
#[must_use]
#[track_caller]
pub const fn guard<P: Policy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: asked_for::<P, Owner>,
    }
}

/// For generated code: a named policy.
#[must_use]
#[track_caller]
pub const fn policy<P: Policy>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: asked_for_by_name::<P>,
    }
}

/// For generated code: a handler for everyone.
#[must_use]
#[track_caller]
pub const fn public(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: asked_for_nothing,
    }
}

// Functions, since rustc compiles two for each closure.
#[cfg_attr(
    not(feature = "utoipa"),
    expect(
        clippy::extra_unused_type_parameters,
        reason = "only descriptions ask for the owner"
    )
)]
fn asked_for<P: Policy, Owner: 'static>() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P, ()>>(); 2],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    (Some(&P::REQUIREMENT), types)
}

fn asked_for_by_name<P: Policy>() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P>>(), TypeId::of::<Guard<P, ()>>()],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<P>(),
    };
    (Some(&P::REQUIREMENT), types)
}

fn asked_for_nothing() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Public>(); 2],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Public>(),
    };
    (None, types)
}
