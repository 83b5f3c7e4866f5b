//! The methods of [`Routes`] that add a handler: `any`, `fallback`, and one for each common HTTP method.

use axum::{handler::Handler, routing};

use super::{Routes, arguments::GuardedArguments, table::EVERY_METHOD};

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Adds a guarded or public handler for every method.
    pub fn any<H, T>(mut self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedArguments + 'static,
    {
        self.list::<H, T>(EVERY_METHOD, path);
        self.router = self.router.route(path, routing::any(handler));
        self
    }

    /// Adds a guarded or public handler for requests that no route matches.
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedArguments + 'static,
    {
        self.list::<H, T>(EVERY_METHOD, "/{*rest}");
        #[cfg(feature = "explorer")]
        if let Some(route) = self.table.last_mut() {
            route.checks.entry = super::checks::Entry::Fallback;
        }
        self.falls_back = true;
        self.router = self.router.fallback(handler);
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
                #[doc = concat!("Adds a guarded or public handler for `", $name, "`.")]
                pub fn $method<H, T>(mut self, path: &str, handler: H) -> Self
                where
                    H: Handler<T, S>,
                    T: GuardedArguments + 'static,
                {
                    self.list::<H, T>($name, path);
                    self.router = self.router.route(path, routing::$method(handler));
                    self
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
