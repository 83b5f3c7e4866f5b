//! A router that takes guarded handlers only.

mod arguments;
mod methods;
mod table;

use std::{any::type_name, convert::Infallible, fmt};

use axum::{Router, extract::Request, handler::Handler, response::IntoResponse, routing};
use tower_layer::Layer;
use tower_service::Service;

use self::table::{EVERY_METHOD, join};
pub use self::{
    arguments::GuardedArguments,
    table::{Access, Route},
};
use crate::{layer::RequireLayer, policy::Policy};

/// Routes of which none can be forgotten: a handler without a guard does not compile.
///
/// Every handler must have an attribute of this crate, take a [`Guard`](crate::Guard) first, or be
/// marked `#[public]`. What was added is kept as a [table](Self::table), to print or to test.
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
pub struct Routes<S = ()> {
    router: Router<S>,
    table: Vec<Route>,
    /// Whether a fallback of the user's answers what no route matches.
    falls_back: bool,
}

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// No routes yet.
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            table: Vec::new(),
            falls_back: false,
        }
    }

    /// Other routes under a prefix.
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

    /// Other routes beside these.
    pub fn merge(mut self, other: Self) -> Self {
        self.table.extend(other.table);
        self.falls_back |= other.falls_back;
        self.router = self.router.merge(other.router);
        self
    }

    /// A router whose handlers have no guards of their own, behind one that they share.
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
    pub fn nest_guarded<P: Policy>(
        self,
        prefix: &str,
        inner: Router<S>,
        guard: RequireLayer<P>,
    ) -> Self {
        let access = Access::Guarded(vec![P::REQUIREMENT]);
        self.nest_router(prefix, inner.layer(guard), type_name::<P>(), access)
    }

    /// A router all of which everyone may call, such as one for static files.
    pub fn nest_public(self, prefix: &str, inner: Router<S>) -> Self {
        self.nest_router(prefix, inner, "", Access::Public)
    }

    /// A router of which nothing is known. The table shows it as [`Access::Unknown`], and
    /// `test_util::assert_guarded` refuses it: a way to move to `Routes` step by step.
    pub fn nest_opaque(self, prefix: &str, inner: Router<S>) -> Self {
        self.nest_router(prefix, inner, "", Access::Unknown)
    }

    /// A layer around every route so far, as [`Router::layer`] puts it. For a guard take
    /// [`guarded_by`](Self::guarded_by): the table does not show what any other layer refuses.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<routing::Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.router = self.router.layer(layer);
        self
    }

    /// A guard in front of every route so far, beside the guards of their own. What no route
    /// matches is still answered with 404.
    pub fn guarded_by<P: Policy>(self, guard: RequireLayer<P>) -> Self {
        let mut guarded = self.layer(guard);
        for route in &mut guarded.table {
            route.access.also_requires(&P::REQUIREMENT);
        }
        if !guarded.falls_back {
            guarded.router = guarded.router.reset_fallback();
        }
        guarded
    }

    /// What was added, in that order.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The router, ready for layers and state.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

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
        });
        // It may have a fallback.
        self.falls_back = true;
        self.router = self.router.nest(prefix, inner);
        self
    }

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
