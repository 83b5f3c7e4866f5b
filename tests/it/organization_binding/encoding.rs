//! Path parameters are percent-decoded once. Then they are compared byte for byte with the token's
//! organization.

use axum::Router;

use super::{Tenant, at_path};
use crate::support::{Answer, ask};

#[tokio::test]
async fn a_parameter_is_decoded_once() {
    let tenant = Tenant::start();
    for place in [at_path("/{organization_id}/members")] {
        for (uri, organization, same) in [
            ("/acm%65/members", "acme", true),
            ("/%61%63%6D%65/members", "acme", true),
            ("/%61%63%6d%65/members", "acme", true),
            ("/acme%2Ecorp/members", "acme.corp", true),
            ("/acme%2ecorp/members", "acme.corp", true),
            ("/a%2Fb/members", "a/b", true),
            ("/%E4%BC%81%E6%A5%AD/members", "企業", true),
            ("/a%20b/members", "a b", true),
            ("/a%2520b/members", "a%20b", true),
            ("/100%25/members", "100%", true),
            ("/a+b/members", "a+b", true),
            // If these parameters are decoded only once, they name another organization.
            ("/acm%2565/members", "acme", false),
            ("/a%252Fb/members", "a/b", false),
            ("/%25%36%31cme/members", "acme", false),
            // A plus is not a space. A further character makes a different name. `..` does not change the
            // path.
            ("/a+b/members", "a b", false),
            ("/acme%00/members", "acme", false),
            ("/acme%2F/members", "acme", false),
            ("/acme%20/members", "acme", false),
            ("/acme%2F..%2Fglobex/members", "globex", false),
            ("/%2E%2E%2Fglobex/members", "globex", false),
            // An `é` in a different Unicode normal form, and an invisible character.
            ("/caf%65%CC%81/members", "café", false),
            ("/acme%E2%80%8B/members", "acme", false),
            // An invalid escape is not decoded.
            ("/acm%6/members", "acme", false),
            ("/acm%zz/members", "acme", false),
            ("/acme%/members", "acme%", true),
        ] {
            let expected = match same {
                true => Answer::ok(organization),
                false => Answer::mismatch(),
            };
            tenant.expect(&place, uri, organization, &expected).await;
        }
    }
}

#[tokio::test]
async fn nested_routers_do_not_decode_again() {
    let tenant = Tenant::start();
    let logto = tenant.logto.clone();
    let nested = |handler| Router::new().nest("/{organization_id}", at_path("/members")(handler));
    let service = |handler| {
        let inner: Router = at_path("/members")(handler).with_state(logto.clone());
        Router::new().nest_service("/{organization_id}", inner)
    };
    for (uri, organization, expected) in [
        ("/a%2Fb/members", "a/b", Answer::ok("a/b")),
        ("/a%252Fb/members", "a%2Fb", Answer::ok("a%2Fb")),
        ("/a%252Fb/members", "a/b", Answer::mismatch()),
    ] {
        tenant.expect(nested, uri, organization, &expected).await;
        tenant.expect(service, uri, organization, &expected).await;
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_utf8_is_refused() {
    let tenant = Tenant::start();
    let place = at_path("/{organization_id}/{file}");
    for uri in [
        "/%ff/1",
        "/acme%ff/1",
        "/%C3%28/1",
        "/%ED%A0%80/1",
        "/acme/%ff",
    ] {
        tenant
            .expect(&place, uri, "acme", &Answer::mismatch())
            .await;
    }
    let replaced = "acme\u{fffd}";
    tenant
        .expect(&place, "/acme%ff/1", replaced, &Answer::mismatch())
        .await;
}

#[tokio::test]
async fn nobody_passes_with_an_empty_parameter() {
    let tenant = Tenant::start();
    let nested = |handler| Router::new().nest("/o/{organization_id}", at_path("/members")(handler));
    let wildcard = at_path("/o/{*organization_id}");
    for (way, handler, token) in tenant.ways("acme") {
        for app in [nested(handler.clone()), wildcard(handler)] {
            let app = app.with_state(tenant.logto.clone());
            for uri in ["/o//members", "/o/", "/o//", "/o"] {
                let answer = ask(&app, uri, &token).await;
                assert!(
                    [403, 404].contains(&answer.status),
                    "{way}: {uri}: {answer:?}"
                );
            }
        }
    }
}
