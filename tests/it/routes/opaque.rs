//! `assert_guarded` names each opaque router, a router whose routes are not in the table of routes.

use std::panic::catch_unwind;

use axum::Router;
use logto_runtime::{routes::Routes, test_util::assert_guarded};

use super::{App, health};

#[test]
fn assert_guarded_fails_and_names_each_opaque_router() {
    let failed = catch_unwind(|| {
        let routes: Routes<App> = Routes::new()
            .get("/healthz", health)
            .nest_opaque("/legacy", Router::new())
            .nest("/v2", Routes::new().nest_opaque("/files", Router::new()));
        assert_guarded(&routes);
    });
    let message = failed.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("\n  * /legacy/{*rest}"), "{message}");
    assert!(message.contains("\n  * /v2/files/{*rest}"), "{message}");
    assert!(!message.contains("healthz"), "{message}");
}
