//! Every guard that an attribute has placed, known without running anything.

use crate::Requirement;

/// An attribute of this crate on a function or a unit struct.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GuardInfo {
    /// The path of the function or policy: `my_api::products::list`.
    pub item: &'static str,
    /// What it requires; `None` for `#[public]`.
    pub requirement: Option<&'static Requirement>,
    /// The file it stands in.
    pub file: &'static str,
    /// The line it stands in.
    pub line: u32,
}

impl GuardInfo {
    /// For generated code only.
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(
        item: &'static str,
        requirement: Option<&'static Requirement>,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            item,
            requirement,
            file,
            line,
        }
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
