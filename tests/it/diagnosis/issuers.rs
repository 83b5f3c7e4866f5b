//! Tokens whose issuer is not the configured issuer. Common mistakes have codes of their own. The logged
//! reason names the fix.

use logto_runtime::{Logto, test_util::TestTenant};

use super::Observed;
use crate::support::{NOW, PRODUCTS, at, with_resources_of_all_guards};

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

#[tokio::test]
async fn the_endpoint_of_another_tenant_passes_warm_up_and_the_logged_reason_names_port_3002() {
    let (admin, logto) = (tenant(), tenant());
    let builder = || {
        Logto::builder(admin.endpoint())
            .resource(PRODUCTS)
            .clock(|| at(NOW))
    };
    with_resources_of_all_guards(builder())
        .build()
        .unwrap()
        .warm_up()
        .await
        .unwrap();
    let api = Observed::new(builder());
    let bearer = format!("Bearer {}", logto.token().user("alice").mint());
    let refusal = api.refusal("/any", &[&bearer]).await;
    assert_eq!(
        (refusal.code, refusal.status),
        ("issuer_differs_by_port", 401)
    );
    let fields = &refusal.event.fields;
    // 3002 is the usual port of Logto's admin console. The console is a tenant of its own.
    assert!(fields["reason"].contains("3002"), "{fields:?}");
    assert_eq!(
        fields["expected_issuer"],
        format!("{}/oidc", admin.endpoint())
    );
    assert!(
        !format!("{fields:?}").contains(logto.endpoint()),
        "{fields:?}"
    );
}

#[tokio::test]
async fn the_reason_says_what_to_compare_or_to_set() {
    let tenant = tenant();
    for (endpoint, issuer, code, fix) in [
        (
            "http://127.0.0.1:3002",
            "http://127.0.0.1:3001/oidc",
            "issuer_differs_by_port",
            "port",
        ),
        (
            "http://127.0.0.1:3002",
            "http://localhost:3001/oidc",
            "issuer_differs_by_port",
            "port",
        ),
        (
            "http://localhost:3002",
            "http://[::1]:3001/oidc",
            "issuer_differs_by_port",
            "port",
        ),
        (
            "https://l.example",
            "https://l.example:3001/oidc",
            "issuer_differs_by_port",
            "port",
        ),
        (
            "https://l.example:3002",
            "https://l.example/oidc",
            "issuer_differs_by_port",
            "port",
        ),
        (
            "https://l.example:3002",
            "http://l.example:3001/oidc",
            "issuer_differs_by_port",
            "port",
        ),
        (
            "https://l.example",
            "http://l.example/oidc",
            "issuer_differs_by_scheme",
            "https",
        ),
        (
            "https://l.example:3001",
            "http://l.example:3001/oidc",
            "issuer_differs_by_scheme",
            "https",
        ),
        (
            "https://l.example",
            "https://auth.l.example/oidc",
            "issuer_custom_domain",
            ".issuer(",
        ),
        (
            "http://127.0.0.1:3001",
            "http://localhost:3001/oidc",
            "issuer_custom_domain",
            ".issuer(",
        ),
        (
            "https://l.example",
            "https://l.example",
            "issuer_without_oidc",
            "endpoint",
        ),
        (
            "https://l.example/oidc",
            "https://l.example/oidc",
            "issuer_without_oidc",
            "endpoint",
        ),
        (
            "https://l.example",
            "https://l.example/oidc/",
            "unknown_issuer",
            "discovery",
        ),
        (
            "https://l.example",
            "https://l.example:3001",
            "unknown_issuer",
            "discovery",
        ),
        ("https://l.example", "oidc", "unknown_issuer", "discovery"),
        (
            "https://l.example",
            "/oidc",
            "issuer_custom_domain",
            ".issuer(",
        ),
    ] {
        let api = Observed::new(
            Logto::builder(endpoint)
                .resource(PRODUCTS)
                .jwks_json(tenant.jwks_json())
                .clock(|| at(NOW)),
        );
        let bearer = format!(
            "Bearer {}",
            tenant.token().user("alice").issuer(issuer).mint()
        );
        let refusal = api.refusal("/any", &[&bearer]).await;
        let case = format!("{issuer} at {endpoint}");
        assert_eq!(refusal.code, code, "{case}");
        let reason = &refusal.event.fields["reason"];
        assert!(reason.contains(fix), "{case}: {reason}");
    }
}
