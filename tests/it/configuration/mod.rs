//! Mistakes in the configuration, reported by `build` or `warm_up` before the first request.
//!
//! - `settings`: the settings of the builder, checked by `build`
//! - `resources`: resources and their names, checked by `build`
//! - `guards`: the guards of the program, compared with the builder by `warm_up`
//! - `warm_up`: mistakes that only a comparison with the tenant shows

mod guards;
mod resources;
mod settings;
mod warm_up;

use logto_runtime::{Logto, LogtoBuilder};

use crate::support::PRODUCTS;

fn valid_builder() -> LogtoBuilder {
    Logto::builder("https://tenant.logto.app").resource(PRODUCTS)
}

#[track_caller]
fn build_error(builder: LogtoBuilder) -> String {
    let error = builder.build().unwrap_err().to_string();
    let first = error.chars().next().unwrap();
    assert!(!first.is_uppercase() && !error.ends_with('.'), "{error}");
    error
}

#[track_caller]
fn assert_refused(builder: LogtoBuilder, value: &str, parts: &[&str]) {
    let error = build_error(builder);
    for part in parts.iter().chain([&value]) {
        assert!(error.contains(part), "{part:?} in {error}");
    }
}
