//! A router that accepts only guarded or public handlers, so that no guard can be forgotten.
//!
//! A program adds paths and handlers. It gets axum's `Router`, and a table that shows who may call each
//! route.
//!
//! - A guarded handler has a guard attribute of this crate, or its first argument is a
//!   [`Guard`](crate::Guard) or a [`TokenOr`](crate::TokenOr). A public handler has `#[public]`. A handler
//!   that checks its callers by hand has `#[guarded_by("…")]`. Any other handler does not compile.
//! - Plain axum routers, whose handlers are not known, are added with [`Routes::nest_guarded`],
//!   [`Routes::nest_public`] or [`Routes::nest_opaque`].
//! - The types of a handler's arguments check the requests, and the table is built from the same types. The
//!   table shows a `Guard<P>` after the first argument only if an attribute of this crate makes the policy
//!   `P`.
//!
//! ```
//! use logto_runtime::{Logto, public, require_scopes, routes::Routes};
//!
//! #[require_scopes("read:products")]
//! async fn list() {}
//!
//! #[public]
//! async fn health() {}
//!
//! let routes: Routes<Logto> = Routes::new().get("/products", list).get("/healthz", health);
//! assert_eq!(routes.table()[1].to_string(), "GET /healthz public");
//! ```
//!
//! Reading order: this file, `arguments.rs`, `methods.rs` and `table.rs`. Then, for the explorer, the checks
//! before a handler: `checks.rs` and `argument_name.rs`.

#[cfg(feature = "explorer")]
pub(crate) mod argument_name;
mod arguments;
#[cfg(feature = "explorer")]
pub(crate) mod checks;
mod methods;
mod table;

use std::{any::type_name, convert::Infallible, fmt};

use axum::{Router, extract::Request, handler::Handler, response::IntoResponse, routing};
use tower_layer::Layer;
use tower_service::Service;

use self::table::{EVERY_METHOD, WITHOUT_POLICY, join};
pub use self::{
    arguments::GuardedArguments,
    table::{Access, Route},
};
use crate::{layer::RequireLayer, policy::AnyPolicy};

/// A router that accepts only guarded or public handlers. Any other handler does not compile.
///
/// Every handler must have an attribute of this crate, or take a [`Guard`](crate::Guard) or a
/// [`TokenOr`](crate::TokenOr) as its first argument. The [table](Self::table) lists all routes, to print or
/// to test. A nested axum router is one row of the table. Routes added after
/// [`into_router`](Self::into_router) are not checked.
///
/// ```
/// use axum::Router;
/// use logto_runtime::{Logto, public, require_scopes, routes::Routes};
///
/// #[require_scopes("read:products")]
/// async fn list() -> &'static str { "[]" }
///
/// #[public]
/// async fn health() -> &'static str { "ok" }
///
/// fn app(logto: Logto) -> Router {
///     Routes::new()
///         .get("/products", list)
///         .get("/healthz", health)
///         .into_router()
///         .with_state(logto)
/// }
/// ```
///
/// ```compile_fail
/// use logto_runtime::{Logto, routes::Routes};
///
/// async fn forgotten() -> &'static str { "everyone's data" }
///
/// let routes: Routes<Logto> = Routes::new().get("/data", forgotten);
/// ```
#[must_use = "call `.into_router()`"]
pub struct Routes<S> {
    router: Router<S>,
    table: Vec<Route>,
    /// Whether requests that no route matches can reach a fallback of the program.
    falls_back: bool,
    /// A router without routes. It has the layers of `router` except the guards, for requests that no route
    /// matches.
    unmatched: Router<S>,
}

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Creates a router without routes.
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            table: Vec::new(),
            falls_back: false,
            unmatched: Router::new(),
        }
    }

    /// Adds the routes of another `Routes` under a prefix.
    pub fn nest(mut self, prefix: &str, inner: Self) -> Self {
        let prefixed = inner.table.into_iter().map(|mut route| {
            route.path = join(prefix, &route.path);
            route
        });
        self.table.extend(prefixed);
        self.falls_back |= inner.falls_back;
        self.router = self.router.nest(prefix, inner.router);
        self
    }

    /// Adds the routes of another `Routes`.
    pub fn merge(mut self, other: Self) -> Self {
        self.table.extend(other.table);
        self.falls_back |= other.falls_back;
        self.router = self.router.merge(other.router);
        self.unmatched = self.unmatched.merge(other.unmatched);
        self
    }

    /// Adds an axum router, and one guard in front of all its handlers.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use logto_runtime::{Logto, require_scopes, routes::Routes};
    /// #[require_scopes("read:reports")]
    /// struct ReadReports;
    ///
    /// # fn routes(logto: &Logto) -> Routes<Logto> {
    /// let reports = Router::new().route("/sales", get(async || "sales"));
    /// Routes::new().nest_guarded("/reports", reports, logto.require::<ReadReports>())
    /// # }
    /// ```
    pub fn nest_guarded<P: AnyPolicy>(
        self,
        prefix: &str,
        inner: Router<S>,
        guard: RequireLayer<P>,
    ) -> Self {
        let access = Access::Guarded(vec![P::REQUIREMENT]);
        #[cfg(feature = "explorer")]
        let checks = checks::Checks::of_nested([checks::Check::of_layer(&guard)]);
        let routes = self.nest_router(prefix, inner.layer(guard), type_name::<P>(), access);
        #[cfg(feature = "explorer")]
        let routes = routes.with_last_checks(checks);
        routes
    }

    /// Adds an axum router that everyone may call, for example to serve static files.
    pub fn nest_public(self, prefix: &str, inner: Router<S>) -> Self {
        self.nest_router(prefix, inner, WITHOUT_POLICY, Access::Public)
    }

    /// Adds an axum router whose guards are not known.
    ///
    /// The table shows the router as [`Access::Unknown`], and `test_util::assert_guarded` fails. Use this
    /// method to move to `Routes` step by step.
    pub fn nest_opaque(self, prefix: &str, inner: Router<S>) -> Self {
        let routes = self.nest_router(prefix, inner, WITHOUT_POLICY, Access::Unknown);
        #[cfg(feature = "explorer")]
        let routes = {
            let unknown = checks::Check::Unknown(checks::Unknown::Router);
            routes.with_last_checks(checks::Checks::of_nested([unknown]))
        };
        routes
    }

    /// Adds a layer around every route that was added before, as [`Router::layer`] does.
    ///
    /// To add a guard, use [`guarded_by`](Self::guarded_by). The table does not show what other
    /// layers reject.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<routing::Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.router = self.router.layer(layer.clone());
        self.unmatched = self.unmatched.layer(layer);
        self
    }

    /// Adds a guard in front of every route that was added before. The guard runs before the guards of the
    /// handlers.
    ///
    /// The attribute [`#[guarded_by]`](macro@crate::guarded_by) does something else. It does not add a check.
    /// It describes a check that a handler makes by hand.
    ///
    /// If a fallback or a nested axum router was added before, the guard also checks requests that no
    /// route matches. Otherwise, it does not check such requests. They get 404 if no fallback is added later.
    pub fn guarded_by<P: AnyPolicy>(mut self, guard: RequireLayer<P>) -> Self {
        #[cfg(feature = "explorer")]
        let check = checks::Check::of_layer(&guard);
        self.router = self.router.layer(guard);
        for route in &mut self.table {
            route.access.add(&P::REQUIREMENT);
            #[cfg(feature = "explorer")]
            route.checks.list.insert(0, check);
        }
        if !self.falls_back {
            // `reset_fallback` also removes the layers that were added before. `unmatched` has them.
            self.router = self.router.reset_fallback().merge(self.unmatched.clone());
        }
        self
    }

    /// Returns the routes in the order in which they were added.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// Returns the axum router, ready for layers and state.
    ///
    /// Call this method last. Routes added to the returned router are not checked, and are not in the table.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    /// Adds an axum router, and one row for it in the table. `handler` becomes [`Route::handler`].
    fn nest_router(
        mut self,
        prefix: &str,
        inner: Router<S>,
        handler: &'static str,
        access: Access,
    ) -> Self {
        self.table.push(Route {
            method: EVERY_METHOD,
            path: join(prefix, "/{*rest}"),
            handler,
            access,
            #[cfg(feature = "explorer")]
            checks: checks::Checks::of_nested([]),
        });
        // The nested router may have a fallback.
        self.falls_back = true;
        self.router = self.router.nest(prefix, inner);
        self
    }

    /// Sets the checks of the route that was added last.
    #[cfg(feature = "explorer")]
    fn with_last_checks(mut self, checks: checks::Checks) -> Self {
        if let Some(route) = self.table.last_mut() {
            route.checks = checks;
        }
        self
    }

    /// Adds a handler to the table.
    fn list<H, T>(&mut self, method: &'static str, path: &str)
    where
        H: Handler<T, S>,
        T: GuardedArguments,
    {
        self.table.push(Route {
            method,
            path: path.to_owned(),
            handler: type_name::<H>(),
            access: Access::of::<T>(),
            #[cfg(feature = "explorer")]
            checks: checks::Checks::of_handler::<T>(),
        });
    }
}

impl<S> Default for Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Routes").field(&self.table).finish()
    }
}
