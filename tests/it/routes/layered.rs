//! Layers and guards around `Routes`, and requests that no route matches.

use std::future::ready;

use axum::{middleware::map_response, response::Response};
use http::HeaderValue;
use logto_runtime::{Logto, routes::Routes};
use tower::ServiceExt as _;

use super::{App, ReadReports, app, health, tenant};
use crate::support::get as request;

/// Adds a layer that adds a header to responses.
fn traced(routes: Routes<App>, name: &'static str) -> Routes<App> {
    routes.layer(map_response(move |mut response: Response| {
        let value = HeaderValue::from_static("1");
        response.headers_mut().insert(name, value);
        ready(response)
    }))
}

/// Without a fallback, a guard does not check requests that no route matches. Layers see them.
#[tokio::test]
async fn a_guard_of_guarded_by_does_not_remove_layers_from_requests_without_a_route() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let guarded = |routes: Routes<App>, logto: &Logto| {
        let routes = traced(routes, "x-inner").guarded_by(logto.require::<ReadReports>());
        traced(routes, "x-outer").guarded_by(logto.require::<ReadReports>())
    };
    let other = || Routes::new().get("/other", health);
    for (way, routes) in [
        ("alone", guarded(Routes::new().get("/a", health), &logto)),
        (
            "merged",
            other().merge(guarded(Routes::new().get("/a", health), &logto)),
        ),
        (
            "merged and guarded again",
            other()
                .merge(guarded(Routes::new().get("/a", health), &logto))
                .guarded_by(logto.require::<ReadReports>()),
        ),
    ] {
        let app = app(routes, logto.clone());
        for (uri, status) in [("/a", 401), ("/nowhere", 404)] {
            let response = app.clone().oneshot(request(uri, &[])).await.unwrap();
            assert_eq!(response.status(), status, "{way}: {uri}");
            let header = |name: &str| response.headers().contains_key(name);
            // The outer guard rejects a request before the inner layer sees it.
            assert_eq!(header("x-inner"), status == 404, "{way}: {uri}");
            assert_eq!(header("x-outer"), status == 404, "{way}: {uri}");
        }
    }
}
