//! [`assert_guarded`], which fails a test if the guards of a route are not known.

use crate::routes::{Access, Routes};

/// Asserts that each of these routes is guarded, or explicitly public.
///
/// The handlers of [opaque](Routes::nest_opaque) routes are unknown, so such routes fail the test.
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
/// assert_guarded(&routes()); // in a `#[test]`
/// ```
///
/// # Panics
///
/// Panics if a route is opaque. The message lists all opaque routes.
#[track_caller]
#[expect(clippy::panic, reason = "an opaque route must fail the test")]
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
            "it is unknown who may call the routes below; add them to `Routes` one by one, or with \
             `nest_guarded` or `nest_public`:{}",
            opaque.concat()
        );
    }
}
