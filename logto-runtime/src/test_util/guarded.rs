//! That no route was forgotten.

use crate::routes::{Access, Routes};

/// Checks that nothing in these routes is [opaque](Routes::nest_opaque): each is guarded, or is
/// public because somebody wrote so.
///
/// ```
/// use axum::{Router, routing::get};
/// use logto_runtime::{Logto, require_scopes, routes::Routes, test_util::assert_guarded};
///
/// #[require_scopes("read:products")]
/// async fn list() -> &'static str { "[]" }
///
/// fn routes() -> Routes<Logto> {
///     Routes::new().get("/products", list)
/// }
///
/// assert_guarded(&routes()); // in a `#[test]` of yours
/// ```
///
/// # Panics
///
/// When some are opaque; the message names each.
#[track_caller]
#[expect(
    clippy::panic,
    reason = "a forgotten route fails the test that asks for it"
)]
pub fn assert_guarded<S>(routes: &Routes<S>)
where
    S: Clone + Send + Sync + 'static,
{
    let opaque: Vec<_> = routes
        .table()
        .iter()
        .filter(|route| route.access == Access::Unknown)
        .map(|route| format!("\n  {} {}", route.method, route.path))
        .collect();
    if !opaque.is_empty() {
        panic!(
            "nobody can tell who may call these routes; add them to `Routes` one by one, or with \
             `nest_guarded` or `nest_public`:{}",
            opaque.concat()
        );
    }
}
