//! Tests of a program that uses the global `Logto`. `logto-runtime/docs/testing.md` quotes this code.

use axum::{Router, routing::get};
use logto_runtime::{GlobalLogto, LogtoState, test_util::TestTenant};

use super::{PRODUCTS, StatusCode, app::products, call};

fn routes<S>() -> Router<S>
where
    S: LogtoState + Clone + Send + Sync + 'static,
{
    Router::new().route("/products", get(products))
}

fn program() -> Router {
    routes().with_state(GlobalLogto)
}

fn tested(tenant: &TestTenant) -> Router {
    routes().with_state(tenant.logto().build().unwrap())
}

#[tokio::test]
async fn each_test_has_its_own_tenant_although_the_program_has_one_for_the_process() {
    let tenants = [(); 2].map(|()| {
        TestTenant::builder()
            .resource(PRODUCTS, ["read:products"])
            .start()
    });
    let [first, second] = tenants.each_ref().map(|tenant| {
        let logto = tenant.logto().build().unwrap();
        logto.install_global().map_err(|error| error.to_string())
    });
    assert_eq!(first, Ok(()));
    assert!(second.unwrap_err().contains("already installed"));

    for (tenant, in_program) in tenants.iter().zip([200, 401]) {
        let token = &tenant
            .token()
            .user("alice")
            .scopes(["read:products"])
            .mint();
        assert_eq!(
            call(&program(), "GET", "/products", token).await.0,
            in_program
        );
        let tested = call(&tested(tenant), "GET", "/products", token).await.0;
        assert_eq!(tested, StatusCode::OK);
    }
}
