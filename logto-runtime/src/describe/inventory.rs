//! Every guard that an attribute has placed, known without a request.

use std::{any::TypeId, fmt, sync::LazyLock};

use super::placed::{Placed, Types};
use crate::policy::requirement::Requirement;

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
/// # let _: axum::Router<logto_runtime::Logto> = axum::Router::new().route("/", axum::routing::get(list));
///
/// for guard in logto_runtime::inventory::guards() {
///     println!("{} {:?}", guard.item, guard.requirement);
/// }
/// ```
pub fn guards() -> impl Iterator<Item = &'static GuardInfo> {
    static GUARDS: LazyLock<Vec<GuardInfo>> =
        LazyLock::new(|| inventory::iter::<Placed>().map(GuardInfo::of).collect());
    GUARDS.iter()
}
