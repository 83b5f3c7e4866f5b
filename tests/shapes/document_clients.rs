//! Tests the OpenAPI documents of stacked guards that name a client by its name and by its id.

#![allow(dead_code, reason = "the handlers are described, and not called")]

use logto_runtime::{require_any, require_auth, require_scopes, test_util::TestTenant};
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::support::PRODUCTS;

const SPA: &str = "qk3vfhyo0vxsnmu2jqgbd";

#[require_auth(client = "my-spa")]
#[require_scopes("read:products", client = "qk3vfhyo0vxsnmu2jqgbd")]
#[utoipa::path(get, path = "/stacked", responses((status = 200)))]
async fn stacked() {}

#[require_auth(client = "my-spa")]
struct ByName;

#[require_scopes("read:products", client = "qk3vfhyo0vxsnmu2jqgbd")]
struct ById;

#[require_any(ByName, ById)]
#[utoipa::path(get, path = "/either", responses((status = 200)))]
async fn either() {}

#[derive(OpenApi)]
#[openapi(paths(stacked))]
struct Stacked;

#[derive(OpenApi)]
#[openapi(paths(either))]
struct Either;

/// Describes the handlers for a program in which `my-spa` is the name of the client with this id.
fn described<D: OpenApi>(id: &str) -> Result<Value, String> {
    let tenant = TestTenant::builder().offline().resource(PRODUCTS, [""; 0]);
    let tenant = tenant.start();
    let logto = tenant.logto().named_client("my-spa", id).build().unwrap();
    let mut document = D::openapi();
    let described = logto.describe_openapi(&mut document);
    described.map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(&document).unwrap())
}

fn security(document: &Value, path: &str) -> Value {
    document["paths"][path]["get"]["security"].clone()
}

#[test]
fn stacked_guards_can_name_one_client_by_its_name_and_by_its_id() {
    let document = described::<Stacked>(SPA).unwrap();
    let expected = json!([{ "logto": ["read:products"] }]);
    assert_eq!(security(&document, "/stacked"), expected);

    let error = described::<Stacked>("the-id-of-another-client").unwrap_err();
    assert!(
        error.contains("GET /stacked: no token that Logto issues meets all its guards"),
        "{error}"
    );
}

/// The first alternative needs no scope. So it accepts all callers whom the second one accepts, if both name
/// the same client.
#[test]
fn an_alternative_is_left_out_if_another_one_needs_less_of_the_same_client() {
    let nothing = json!({ "logto": [] });
    let scope = json!({ "logto": ["read:products"] });
    let document = described::<Either>(SPA).unwrap();
    assert_eq!(security(&document, "/either"), json!([nothing]));

    let document = described::<Either>("the-id-of-another-client").unwrap();
    assert_eq!(security(&document, "/either"), json!([nothing, scope]));
}
