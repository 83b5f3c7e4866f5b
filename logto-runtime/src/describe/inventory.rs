//! The list of all attributes of this crate in a program.

use std::{any::TypeId, fmt, sync::LazyLock};

use crate::policy::{
    placed::{Placed, Types},
    requirement::Requirement,
};

/// An attribute of this crate on a function or a unit struct.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct GuardInfo {
    /// The path of the function or policy, such as `my_api::products::list`. The path omits outer functions,
    /// so two items can share a path.
    pub item: &'static str,
    /// The requirement; `None` for `#[public]`.
    pub requirement: Option<&'static Requirement>,
    /// The source file of the attribute.
    pub file: &'static str,
    /// The line of the attribute in that file.
    pub line: u32,
    types: Types,
}

impl GuardInfo {
    fn of(placed: &Placed) -> Self {
        let (requirement, types) = (placed.guards)();
        Self {
            item: placed.item,
            requirement,
            file: placed.place.file(),
            line: placed.place.line(),
            types,
        }
    }

    /// Whether an argument of this type does the check of this attribute.
    pub(crate) fn is_argument(&self, argument: TypeId) -> bool {
        self.types.arguments.contains(&argument)
    }

    /// Returns the requirement that a token must meet, without the credential that can replace the token.
    /// Returns `None` for `#[public]`.
    #[cfg(feature = "explorer")]
    pub(crate) fn requirement_of_token(&self) -> Option<&'static Requirement> {
        self.types.of_token.or(self.requirement)
    }

    /// An attribute with `logto = …` wraps arguments of its handler in `Under<…>`. Returns the wrapped forms
    /// of `AuthInfo`, `Option<AuthInfo>`, `OrganizationId` and `Option<OrganizationId>`, in this order.
    /// Returns `None` for an attribute that never wraps arguments.
    #[cfg(feature = "explorer")]
    pub(crate) fn wrapped_arguments(&self) -> Option<[TypeId; 4]> {
        self.types.wrapped
    }

    /// Whether the attribute belongs to the item that `Owner` stands for.
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

/// Returns the guards of all crates that are linked into the program, in no particular order. The list also
/// has the named policies and the handlers with `#[public]`.
///
/// The first call makes the list. Guards of a dynamic library that is loaded later are not in the list.
///
/// ```
/// use logto_runtime::require_scopes;
///
/// #[require_scopes("read:products")]
/// async fn list() {}
/// # let _: axum::Router<logto_runtime::Logto> =
/// #     axum::Router::new().route("/", axum::routing::get(list));
///
/// for guard in logto_runtime::inventory::guards() {
///     println!("{} {:?}", guard.item, guard.requirement);
/// }
/// ```
pub fn guards() -> impl Iterator<Item = &'static GuardInfo> {
    static GUARDS: LazyLock<Vec<GuardInfo>> =
        LazyLock::new(|| Placed::all().map(GuardInfo::of).collect());
    GUARDS.iter()
}
