//! The OpenAPI document and the viewer that the `saas` example serves.

use metrics_exporter_prometheus::PrometheusBuilder;
use saas::{ORG, PRODUCTS};
use serde_json::{Value, json};

use super::api::Api;
use crate::openapi::{enforced::assert_enforced, valid::assert_valid};

#[tokio::test]
async fn the_served_document_is_valid_and_agrees_with_the_guards() {
    let api = Api::start().await;
    let (status, document) = api.call("GET", "/openapi.json", None, None).await;
    assert_eq!(status, 200);
    assert_valid(&document);

    let revocations = api.tenant.revocations().start().unwrap();
    let logto = saas::logto(api.tenant.endpoint(), PRODUCTS, ORG, &revocations).unwrap();
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let app = saas::app(logto, &revocations, None, metrics).unwrap();
    let document = in_authorization(document);
    let guarded = assert_enforced(&app, &document, &api.tenant).await;
    assert_eq!(guarded, 6);
}

/// Removes the security scheme for tokens that a browser sends as a WebSocket protocol. Checks that every
/// operation with a guard had this scheme.
fn in_authorization(mut document: Value) -> Value {
    let items = document["paths"].as_object_mut().unwrap().values_mut();
    for operation in items.flat_map(|item| item.as_object_mut().unwrap().values_mut()) {
        let alternatives = operation["security"].as_array_mut().unwrap();
        // If the token is optional (`{}`), the handler itself declares `security(…)`, without
        // `logto-websocket-protocol`.
        let by_guard = !alternatives.is_empty() && !alternatives.contains(&json!({}));
        let all = alternatives.len();
        alternatives.retain(|it| it.get("logto-websocket-protocol").is_none());
        assert_eq!(alternatives.len() < all, by_guard, "{alternatives:?}");
    }
    document
}

#[tokio::test]
async fn every_api_route_except_connections_that_stay_open_is_documented() {
    let api = Api::start().await;
    let (_, document) = api.call("GET", "/openapi.json", None, None).await;
    let mut documented: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    documented.sort();
    let table = saas::Table.to_string();
    let mut routes: Vec<String> = table
        .lines()
        // The handlers of connections that stay open do not have a `#[utoipa::path]`.
        .filter(|line| {
            line.contains("/api/") && !line.contains("/live") && !line.contains("/events")
        })
        .map(|line| Vec::from_iter(line.split_whitespace().take(2)).join(" "))
        .collect();
    routes.sort();
    assert_eq!(documented, routes);
}

#[tokio::test]
async fn the_viewer_loads_everything_from_this_server() {
    let api = Api::start().await;
    let (status, page) = api.call("GET", "/docs/", None, None).await;
    assert_eq!(status, 200);
    let Value::String(page) = page else {
        panic!("{page}")
    };
    let sources: Vec<_> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(sources.len() >= 4, "{page}");
    for source in sources {
        assert!(!source.contains("//"), "{source}");
        let path = format!("/docs/{}", source.trim_start_matches("./"));
        assert_eq!(api.call("GET", &path, None, None).await.0, 200, "{path}");
    }
    let (_, settings) = api
        .call("GET", "/docs/swagger-initializer.js", None, None)
        .await;
    let settings = settings.to_string();
    assert!(
        settings.contains("validatorUrl") && settings.contains("none"),
        "{settings}"
    );
}
