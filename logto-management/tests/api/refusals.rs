//! Tests the client with a tenant that refuses a call, is busy, or is not Logto.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::StatusCode;
use logto_management::{Credentials, Error, Management, TokenRequest};
use logto_runtime::test_util::{Fault, TenantEndpoint};
use tokio::net::TcpSocket;

use crate::{API, PRODUCTS, SECRET, management, tenant};

#[tokio::test]
async fn the_error_of_each_refusal_says_what_to_do() {
    let tenant = tenant().start();
    let endpoint = tenant.endpoint().to_owned();
    let builder = |id, secret| Management::builder(&endpoint, Credentials::new(id, secret));
    for (builder, expected, fix) in [
        (
            builder("nobody", SECRET),
            Error::NotGranted {
                resource: API.into(),
            },
            "assign the role",
        ),
        (
            builder("manager", SECRET).resource(PRODUCTS),
            Error::NotGranted {
                resource: PRODUCTS.into(),
            },
            "assign the role",
        ),
        (
            builder("manager", SECRET).resource("https://t.logto.app/api"),
            Error::UnknownManagementApi {
                resource: "https://t.logto.app/api".into(),
            },
            "set LOGTO_MANAGEMENT_RESOURCE",
        ),
        (
            builder("manager", "wrong-secret"),
            Error::InvalidClient {
                endpoint: endpoint.clone(),
            },
            "check LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET",
        ),
        (
            builder("stranger", SECRET),
            Error::InvalidClient {
                endpoint: endpoint.clone(),
            },
            "check LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET",
        ),
    ] {
        let error = builder.build().unwrap().resources().await.unwrap_err();
        assert_eq!(error, expected);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(fix), "{shown}");
        assert!(
            !shown.contains(SECRET) && !shown.contains("wrong-secret"),
            "{shown}"
        );
    }
}

/// Logto answers 403 for an application outside of the organization. A script for custom claims can deny any
/// token, with the same error code and status 400.
#[tokio::test]
async fn only_a_403_means_that_the_application_is_not_in_the_organization() {
    let tenant = tenant().start();
    for (status, is_member) in [
        (StatusCode::FORBIDDEN, false),
        (StatusCode::BAD_REQUEST, true),
    ] {
        let body = r#"{"code":"oidc.access_denied","error":"access_denied"}"#;
        tenant.fault(TenantEndpoint::Token, Fault::answer(status, [], body));
        let request = TokenRequest {
            organization: Some("acme"),
            ..TokenRequest::default()
        };
        let error = management(&tenant, "manager").token(request).await;
        let error = error.unwrap_err();
        let expected = if is_member {
            Error::Token {
                endpoint: tenant.endpoint().to_owned(),
                status: 400,
                error: Some("access_denied".into()),
            }
        } else {
            Error::NotInOrganization {
                organization: "acme".into(),
            }
        };
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let tenant = tenant().start();
    let management = management(&tenant, "manager");
    management.resources().await.unwrap();
    // The tenant forgets the key that signed the token, so the API refuses the token.
    tenant.rotate(logto_runtime::Algorithm::ES384);
    tenant.forget_previous_key();
    management.resources().await.unwrap();
    assert_eq!(tenant.token_requests(), 2);

    let body = r#"{"code":"auth.forbidden","message":"Forbidden."}"#;
    let forbidden = Fault::answer(StatusCode::FORBIDDEN, [], body);
    tenant.fault(TenantEndpoint::Management, forbidden);
    let error = management.resources().await.unwrap_err();
    assert!(
        matches!(&error, Error::Forbidden { status: 403, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("auth.forbidden"), "{error}");
    assert_eq!(tenant.token_requests(), 3, "one new token, not several");
}

/// Logto Cloud answers `subscription.limit_exceeded` if the plan of the tenant does not allow another item. A
/// new token or another role would not help.
#[tokio::test]
async fn only_a_code_of_authorization_or_no_code_means_that_the_token_is_refused() {
    let tenant = tenant().start();
    for (status, body, refuses_the_token) in [
        (403, r#"{"code":"auth.forbidden"}"#, true),
        (401, r#"{"code":"auth.unauthorized"}"#, true),
        (403, "{}", true),
        (403, "<html>403 Forbidden</html>", true),
        (401, "", true),
        (403, r#"{"code":"subscription.limit_exceeded"}"#, false),
        (403, r#"{"code":"authority.missing"}"#, false),
        (401, r#"{"code":"session.not_found"}"#, false),
    ] {
        tenant.recover();
        let management = management(&tenant, "manager");
        management.resources().await.unwrap();
        let before = tenant.token_requests();
        let status_code = StatusCode::from_u16(status).unwrap();
        let fault = Fault::answer(status_code, [], body);
        tenant.fault(TenantEndpoint::Management, fault);
        let error = management.create_organization_scope("p").await.unwrap_err();
        let (endpoint, call) = (
            tenant.endpoint().to_owned(),
            "POST /api/organization-scopes",
        );
        let code = body.split('"').nth(3).map(str::to_owned);
        let expected = match refuses_the_token {
            true => Error::Forbidden {
                endpoint,
                status,
                code,
            },
            false => Error::Api {
                call: call.to_owned(),
                status,
                code,
            },
        };
        assert_eq!(error, expected, "{status} {body}");
        let new_tokens = tenant.token_requests() - before;
        assert_eq!(
            new_tokens,
            usize::from(refuses_the_token),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn the_client_waits_for_a_busy_tenant() {
    let tenant = Arc::new(tenant().start());
    for endpoint in [TenantEndpoint::Management, TenantEndpoint::Token] {
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY] {
            let waits = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&waits);
            let recovering = Arc::clone(&tenant);
            let management =
                Management::builder(tenant.endpoint(), Credentials::new("manager", SECRET))
                    .on_wait(move |wait| {
                        let mut seen = seen.lock().unwrap();
                        seen.push((wait.status, wait.duration));
                        if seen.len() == 3 {
                            recovering.recover();
                        }
                    })
                    .build()
                    .unwrap();
            tenant.fault(endpoint, Fault::answer(status, [("retry-after", "0")], ""));
            management.resources().await.unwrap();
            assert_eq!(
                *waits.lock().unwrap(),
                [(status.as_u16(), Duration::ZERO); 3]
            );
        }
    }
}

#[tokio::test]
async fn the_client_gives_up_on_a_tenant_that_stays_busy() {
    let tenant = tenant().start();
    let management = |patience| {
        let credentials = Credentials::new("manager", SECRET);
        let builder = Management::builder(tenant.endpoint(), credentials);
        builder
            .patience(Duration::from_millis(patience))
            .build()
            .unwrap()
    };
    for (patience, after, expected) in [
        (60_000, "3600", Some(Duration::from_secs(3_600))),
        (50, "0", Some(Duration::ZERO)),
        (50, "Sun, 29 Nov 2026 08:00:00 GMT", None),
    ] {
        let busy = Fault::answer(
            StatusCode::SERVICE_UNAVAILABLE,
            [("retry-after", after)],
            "",
        );
        tenant.fault(TenantEndpoint::Management, busy);
        let error = management(patience).resources().await.unwrap_err();
        let endpoint = tenant.endpoint().to_owned();
        assert_eq!(
            error,
            Error::Busy {
                endpoint,
                status: 503,
                after: expected
            }
        );
    }
}

#[tokio::test]
async fn a_server_that_is_not_logto_or_has_stopped_is_an_error() {
    let tenant = tenant().start();
    for fault in [
        Fault::answer(StatusCode::OK, [], "<html>hello</html>"),
        Fault::RedirectTo("http://127.0.0.1:1/elsewhere".to_owned()),
    ] {
        tenant.fault(TenantEndpoint::Management, fault);
        let error = management(&tenant, "manager")
            .resources()
            .await
            .unwrap_err();
        assert!(matches!(&error, Error::Answer { .. }), "{error}");
        assert!(!error.to_string().contains("hello") && !error.to_string().contains("elsewhere"));
    }
    // Nobody listens at this port, and nobody else gets it while the socket is bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint = format!("http://{}", socket.local_addr().unwrap());
    let management = Management::builder(&endpoint, Credentials::new("manager", SECRET));
    let error = management.build().unwrap().resources().await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { endpoint: it, .. } if *it == endpoint),
        "{error}"
    );
    assert!(
        error.to_string().contains("check LOGTO_ENDPOINT"),
        "{error}"
    );
}
