//! What is refused before the first request: by `build`, and by `warm_up`.

mod resources;
mod settings;
mod warm_up;

use logto_runtime::{Logto, LogtoBuilder};

use crate::support::PRODUCTS;

fn fine() -> LogtoBuilder {
    Logto::builder("https://tenant.logto.app").resource(PRODUCTS)
}

#[track_caller]
fn refused(builder: LogtoBuilder) -> String {
    let error = builder.build().unwrap_err().to_string();
    let first = error.chars().next().unwrap();
    assert!(!first.is_uppercase() && !error.ends_with('.'), "{error}");
    error
}

#[track_caller]
fn assert_refused(builder: LogtoBuilder, value: &str, parts: &[&str]) {
    let error = refused(builder);
    for part in parts.iter().chain([&value]) {
        assert!(error.contains(part), "{part:?} in {error}");
    }
}
