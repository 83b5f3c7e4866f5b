//! OpenAPI documents: utoipa-axum and aide.

use aide::{NoApi, axum::ApiRouter, openapi::OpenApi};
use axum::{Json, Router, routing::get};
use logto_runtime::{Guard, Logto, require_scopes};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::support::{Read, assert_guarded, tenant};

mod with_utoipa_axum {
    use super::*;

    #[require_scopes("read:products")]
    #[utoipa::path(get, path = "/products", responses((status = 200)))]
    async fn list() -> &'static str {
        "[]"
    }

    fn app(logto: Logto) -> (Router, utoipa::openapi::OpenApi) {
        let (router, mut document) = OpenApiRouter::new().routes(routes!(list)).split_for_parts();
        logto.describe_openapi(&mut document).unwrap();
        (router.with_state(logto), document)
    }

    #[tokio::test]
    async fn the_route_is_guarded_and_the_document_says_so() {
        let tenant = tenant();
        let (app, document) = app(tenant.logto().build().unwrap());
        assert_eq!(assert_guarded(&app, &tenant, "/products").await, "[]");
        let document = serde_json::to_value(document).unwrap();
        let operation = &document["paths"]["/products"]["get"];
        let security = operation["security"].to_string();
        assert!(security.contains("read:products"), "{security}");
        assert!(operation["responses"]["403"].is_object(), "{operation}");
    }
}

mod with_aide {
    use super::*;

    async fn list(NoApi(caller): NoApi<Guard<Read>>) -> Json<Vec<String>> {
        Json(vec![format!("for {}", caller.subject())])
    }

    #[require_scopes("read:products")]
    async fn by_attribute() -> &'static str {
        "[]"
    }

    fn app(logto: &Logto) -> (Router, OpenApi) {
        let mut document = OpenApi::default();
        let app = ApiRouter::new()
            .api_route("/products", aide::axum::routing::get(list))
            .route("/attribute", get(by_attribute))
            .finish_api(&mut document)
            .with_state(logto.clone());
        (app, document)
    }

    fn behind_a_layer(logto: &Logto) -> Router {
        let list = async || Json(Vec::<String>::new());
        ApiRouter::new()
            .api_route("/products", aide::axum::routing::get(list))
            .route_layer(logto.require::<Read>())
            .finish_api(&mut OpenApi::default())
    }

    #[tokio::test]
    async fn a_route_is_guarded_by_an_argument_an_attribute_or_a_layer() {
        let tenant = tenant();
        let logto = tenant.logto().build().unwrap();
        let (guarded, document) = app(&logto);
        let body = assert_guarded(&guarded, &tenant, "/products").await;
        assert_eq!(body, r#"["for alice"]"#);
        assert_eq!(assert_guarded(&guarded, &tenant, "/attribute").await, "[]");
        let documented: Vec<_> = document.paths.unwrap().paths.into_keys().collect();
        assert_eq!(documented, ["/products"]);
        assert_eq!(
            assert_guarded(&behind_a_layer(&logto), &tenant, "/products").await,
            "[]"
        );
    }
}
