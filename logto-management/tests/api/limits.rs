//! Tests the client with a tenant that sends endless pages, responses that are too large, or error statuses.

use std::time::Duration;

use http::StatusCode;
use logto_management::{Credentials, Error, Management};
use logto_runtime::test_util::{Fault, TenantEndpoint};
use tokio::sync::mpsc::unbounded_channel;

use crate::{SECRET, management, tenant};

fn page(items: usize) -> String {
    let item =
        r#"{"id":"s","name":"a","key":"TriggerHook.User.Deleted","payload":{"result":"Error"}}"#;
    format!("[{}]", vec![item; items].join(","))
}

#[tokio::test]
async fn the_client_stops_reading_endless_pages() {
    let tenant = tenant().start();
    let management = management(&tenant, "manager");
    let endless = |items| {
        let fault = Fault::answer(
            StatusCode::OK,
            [("total-number", "1000000000")],
            page(items),
        );
        tenant.fault(TenantEndpoint::Management, fault);
    };
    endless(100);
    let deliveries = management.deliveries("h").await.unwrap();
    assert_eq!(
        deliveries.len(),
        1_000,
        "only the newest deliveries are read"
    );
    assert_eq!(tenant.management_requests(), 10);

    let error = management.scopes("r").await.unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error}");
    assert_eq!(tenant.management_requests(), 10 + 100);

    for (items, read) in [(101, Err(())), (99, Ok(99)), (0, Ok(0))] {
        endless(items);
        let scopes = management.scopes("r").await;
        assert_eq!(scopes.map(|it| it.len()).map_err(|_| ()), read, "{items}");
    }
}

#[tokio::test]
async fn a_response_that_is_too_large_is_an_error() {
    let tenant = tenant().start();
    for endpoint in [TenantEndpoint::Token, TenantEndpoint::Management] {
        let large = Fault::answer(StatusCode::OK, [], vec![b' '; (16 << 20) + 1]);
        tenant.fault(endpoint, large);
        let management: Management = management(&tenant, "manager");
        let error = management.resources().await.unwrap_err();
        assert!(
            matches!(&error, Error::Answer { problem, .. } if problem.starts_with("answers more")),
            "{error}"
        );
        tenant.recover();
    }
}

#[tokio::test]
async fn the_error_for_each_status_ends_with_what_to_do() {
    let tenant = tenant().start();
    for endpoint in [TenantEndpoint::Token, TenantEndpoint::Management] {
        for status in [301, 400, 404, 405, 410, 413, 422, 429, 500, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            let body = r#"{"code":"guard.invalid_input","error":"invalid_scope"}"#;
            let fault = Fault::answer(status, [("retry-after", "3600")], body);
            tenant.fault(endpoint, fault);
            let management = management(&tenant, "manager");
            let error = management.resources().await.unwrap_err().to_string();
            let (_, fix) = error.rsplit_once("; ").unwrap_or_default();
            assert!(
                fix.starts_with("check ") || fix.starts_with("try again"),
                "{endpoint:?} {status}: {error}"
            );
            tenant.recover();
        }
    }
}

/// Without a limit, the client would send requests to a busy tenant without a pause, for a minute.
#[tokio::test]
async fn a_tenant_that_asks_for_no_wait_again_and_again_gets_the_usual_waits() {
    let tenant = tenant().start();
    for endpoint in [TenantEndpoint::Management, TenantEndpoint::Token] {
        for status in [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ] {
            tenant.fault(endpoint, Fault::answer(status, [("retry-after", "0")], ""));
            let (waits, mut seen) = unbounded_channel();
            let credentials = Credentials::new("manager", SECRET);
            let management = Management::builder(tenant.endpoint(), credentials)
                .on_wait(move |wait| waits.send(wait.duration).unwrap())
                .build()
                .unwrap();
            let first_waits = async {
                let mut durations = Vec::new();
                while durations.len() < 4 {
                    durations.push(seen.recv().await.unwrap());
                }
                durations
            };
            let durations = tokio::select! {
                resources = management.resources() => panic!("{resources:?}"),
                durations = first_waits => durations,
            };
            let expected = [0, 0, 0, 4].map(Duration::from_secs);
            assert_eq!(durations, expected, "{endpoint:?} {status}");
        }
        tenant.recover();
    }
}
