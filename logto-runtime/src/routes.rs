//! A router that takes guarded handlers only.

use std::fmt;

use axum::{
    Router,
    handler::Handler,
    routing::{self, MethodRouter},
};

use crate::{Guard, Policy, Requirement, extract::Public, inventory::guards};

/// Routes of which none can be forgotten: a handler without a guard does not compile.
///
/// Every handler must have an attribute of this crate, take a [`Guard`] first, or be marked
/// `#[public]`. What was added is kept as a table, to print or to test.
///
/// ```
/// use axum::Router;
/// use logto_runtime::{Logto, Routes, public, require_scopes};
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
/// use logto_runtime::{Logto, Routes};
///
/// async fn forgotten() -> &'static str { "everyone's data" }
///
/// let routes: Routes<Logto> = Routes::new().get("/data", forgotten);
/// ```
#[must_use = "call `.into_router()`"]
pub struct Routes<S = ()> {
    router: Router<S>,
    table: Vec<Route>,
}

/// A line of the table of [`Routes`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The method; `*` for all of an opaque router.
    pub method: &'static str,
    /// The path as given to the router, prefixes of nesting included.
    pub path: String,
    /// The path of the handler's function.
    pub handler: &'static str,
    /// Who may pass.
    pub access: Access,
}

/// Who may pass a route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Callers who meet all of these.
    Guarded(Vec<Requirement>),
    /// Everyone, as `#[public]` says.
    Public,
    /// Nobody can tell: an opaque router was added.
    Unknown,
}

/// The arguments of a handler that begins with a guard or is public. Sealed by its use: it is
/// implemented for axum's own argument tuples.
#[diagnostic::on_unimplemented(
    message = "this handler has no guard",
    label = "neither guarded nor `#[public]`",
    note = "put `#[require_scopes(\"…\")]` or one of its siblings on the function, or `#[public]` \
            if everyone may call it"
)]
pub trait GuardedArguments {
    /// What the first argument requires; `None` for a public handler.
    const FIRST: Option<Requirement>;
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
        }
    }

    /// Another router's routes under a prefix.
    pub fn nest(mut self, prefix: &str, inner: Self) -> Self {
        let prefixed = inner.table.into_iter().map(|mut route| {
            route.path = join(prefix, &route.path);
            route
        });
        self.table.extend(prefixed);
        self.router = self.router.nest(prefix, inner.router);
        self
    }

    /// Another router's routes beside these.
    pub fn merge(mut self, other: Self) -> Self {
        self.table.extend(other.table);
        self.router = self.router.merge(other.router);
        self
    }

    /// A router whose routes cannot be seen, such as one for static files. The table shows it as
    /// [`Access::Unknown`], and `test_util::assert_guarded` refuses it.
    pub fn nest_opaque(mut self, prefix: &str, inner: Router<S>) -> Self {
        self.table.push(Route {
            method: "*",
            path: join(prefix, "/{*rest}"),
            handler: "",
            access: Access::Unknown,
        });
        self.router = self.router.nest(prefix, inner);
        self
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

    fn add<H, T>(mut self, method: &'static str, path: &str, route: MethodRouter<S>) -> Self
    where
        H: Handler<T, S>,
        T: GuardedArguments + 'static,
    {
        let handler = std::any::type_name::<H>();
        self.table.push(Route {
            method,
            path: path.to_owned(),
            handler,
            access: access::<T>(handler),
        });
        self.router = self.router.route(path, route);
        self
    }
}

macro_rules! methods {
    ($($method:ident $name:literal)+) => {
        impl<S> Routes<S>
        where
            S: Clone + Send + Sync + 'static,
        {
            $(
                #[doc = concat!("A guarded or public handler for `", $name, "`.")]
                pub fn $method<H, T>(self, path: &str, handler: H) -> Self
                where
                    H: Handler<T, S>,
                    T: GuardedArguments + 'static,
                {
                    self.add::<H, T>($name, path, routing::$method(handler))
                }
            )+
        }
    };
}

methods! {
    get "GET"
    post "POST"
    put "PUT"
    patch "PATCH"
    delete "DELETE"
    head "HEAD"
    options "OPTIONS"
}

/// Stacked attributes are known by the handler's name; the first argument is known in any case.
fn access<T: GuardedArguments>(handler: &str) -> Access {
    let Some(first) = T::FIRST else {
        return Access::Public;
    };
    let mut all = vec![first];
    for requirement in guards()
        .filter(|guard| guard.item == handler)
        .filter_map(|guard| guard.requirement)
    {
        if !all.contains(requirement) {
            all.push(*requirement);
        }
    }
    Access::Guarded(all)
}

fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    match path {
        "/" => prefix.to_owned(),
        path => format!("{prefix}{path}"),
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

macro_rules! guarded_arguments {
    ($($rest:ident)*) => {
        impl<M, P: Policy, $($rest),*> GuardedArguments for (M, Guard<P>, $($rest,)*) {
            const FIRST: Option<Requirement> = Some(P::REQUIREMENT);
        }

        impl<M, $($rest),*> GuardedArguments for (M, Public, $($rest,)*) {
            const FIRST: Option<Requirement> = None;
        }
    };
}

guarded_arguments!();
guarded_arguments!(A);
guarded_arguments!(A B);
guarded_arguments!(A B C);
guarded_arguments!(A B C D);
guarded_arguments!(A B C D E);
guarded_arguments!(A B C D E F);
guarded_arguments!(A B C D E F G);
guarded_arguments!(A B C D E F G H);
guarded_arguments!(A B C D E F G H I);
guarded_arguments!(A B C D E F G H I J);
guarded_arguments!(A B C D E F G H I J K);
guarded_arguments!(A B C D E F G H I J K L);
guarded_arguments!(A B C D E F G H I J K L N);
guarded_arguments!(A B C D E F G H I J K L N O);
guarded_arguments!(A B C D E F G H I J K L N O Q);
