//! Stands in for a web framework, such as Loco. The framework owns the state of its routers: `AppContext`.
//!
//! This crate and `logto-runtime` do not depend on each other, so neither crate can implement
//! `FromRef<AppContext>` for `Logto`. The orphan rule forbids this in a program, too. The tests that use
//! this crate show what a program can write instead.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::Arc,
};

/// The state of every router. A program can't add fields to it, but can put values into it.
#[derive(Clone, Default)]
pub struct AppContext {
    shared: Arc<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
}

impl AppContext {
    /// Returns a context with this value.
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(value: T) -> Self {
        let value: Box<dyn Any + Send + Sync> = Box::new(value);
        Self {
            shared: Arc::new(HashMap::from([(TypeId::of::<T>(), value)])),
        }
    }

    /// Returns the value of this type, if the context has one.
    #[must_use]
    pub fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.shared.get(&TypeId::of::<T>())?.downcast_ref().cloned()
    }
}

impl fmt::Debug for AppContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppContext").finish_non_exhaustive()
    }
}
