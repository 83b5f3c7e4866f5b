//! Tests the client of the Management API against a test tenant over a socket.

// Clippy allows `unwrap` in tests. `cfg(test)` marks the whole crate as a test.
#![cfg(test)]

mod limits;
mod refusals;

use std::time::Duration;

use logto_management::{Created, Credentials, Error, Management, TokenRequest};
use logto_runtime::test_util::{Client, Hook, Membership, TestTenant, TestTenantBuilder};

const API: &str = "https://default.logto.app/api";
const PRODUCTS: &str = "https://api.example.com/products";
const SECRET: &str = "s3cret-of-the-application";

fn tenant() -> TestTenantBuilder {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .token_lifetime(PRODUCTS, Duration::from_secs(7_200))
        .organization("acme")
        .organization_permissions(["invite:member"])
        .client(
            Client::new("manager", SECRET)
                .scopes(API, ["all"])
                .scopes(PRODUCTS, ["read:products"])
                .member_of(
                    "acme",
                    Membership::new().scopes(PRODUCTS, ["write:products"]),
                ),
        )
        .client(Client::new("nobody", SECRET))
}

fn management(tenant: &TestTenant, client: &str) -> Management {
    let credentials = Credentials::new(client, SECRET);
    Management::builder(tenant.endpoint(), credentials)
        .build()
        .unwrap()
}

#[tokio::test]
async fn resources_permissions_roles_and_webhooks_are_listed_with_one_token() {
    let hook = Hook::new("https://api.example.com/hook", ["User.Deleted"])
        .delivered("User.Deleted", 200)
        .delivered("User.Deleted", 503);
    let tenant = tenant().hook(hook).start();
    let management = management(&tenant, "manager");

    let resources = management.resources().await.unwrap();
    assert!(resources[0].is_management_api());
    assert_eq!(resources[1].indicator, PRODUCTS);
    assert_eq!(resources[1].token_lifetime, Duration::from_secs(7_200));
    assert_eq!(resources[1].scopes.len(), 2);
    let permissions = management.organization_scopes().await.unwrap();
    assert_eq!(permissions[0].name, "invite:member");
    let roles = management.organization_roles().await.unwrap();
    assert_eq!(roles[0].resource_scopes[0].name, "write:products");
    assert_eq!(roles[0].resource_scopes[0].id, resources[1].scopes[1].id);

    let hooks = management.hooks().await.unwrap();
    assert_eq!(hooks[0].events, ["User.Deleted"]);
    assert!(hooks[0].enabled);
    let deliveries = management.deliveries(&hooks[0].id).await.unwrap();
    assert_eq!(deliveries[0].status, Some(503));
    assert!(deliveries[0].failed && !deliveries[1].failed);
    assert_eq!(tenant.token_requests(), 1, "one token for all calls");
}

#[tokio::test]
async fn all_pages_are_read() {
    let scopes: Vec<String> = (0..250).map(|n| format!("scope:{n}")).collect();
    let tenant = tenant()
        .resource("https://many.example.com", scopes.clone())
        .start();
    let management = management(&tenant, "manager");
    let resources = management.resources().await.unwrap();
    let listed = management.scopes(&resources[2].id).await.unwrap();
    let names: Vec<_> = listed.iter().map(|scope| scope.name.as_str()).collect();
    assert_eq!(names, scopes);
    assert_eq!(tenant.management_requests(), 1 + 3);
}

/// Logto sends organization roles in pages of 20 if a request does not ask for a size.
#[tokio::test]
async fn all_pages_of_organization_roles_are_read() {
    let names: Vec<String> = (0..104).map(|n| format!("client-{n}")).collect();
    let tenant = (names.iter()).fold(tenant(), |tenant, name| {
        tenant.client(Client::new(name, SECRET).member_of("acme", Membership::new()))
    });
    let tenant = tenant.start();
    let roles = management(&tenant, "manager").organization_roles().await;
    let roles = roles.unwrap();
    let listed: Vec<_> = roles.iter().map(|role| role.name.as_str()).collect();
    let expected: Vec<_> = (["manager".to_owned()].iter().chain(&names))
        .map(|name| format!("{name} in acme"))
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(tenant.management_requests(), 2);
}

#[tokio::test]
async fn creating_an_item_that_exists_is_not_an_error() {
    let tenant = tenant().start();
    let management = management(&tenant, "manager");
    let Created::New(created) = management.create_resource("New", "urn:new").await.unwrap() else {
        panic!("the resource did not exist before");
    };
    assert_eq!(
        management.create_resource("New", "urn:new").await,
        Ok(Created::Existed)
    );
    let scope = management.create_scope(&created.id, "a").await.unwrap();
    assert!(matches!(scope, Created::New(scope) if scope.name == "a"));
    assert_eq!(
        management.create_scope(&created.id, "a").await,
        Ok(Created::Existed)
    );
    let permission = management.create_organization_scope("p").await.unwrap();
    assert!(matches!(permission, Created::New(permission) if permission.name == "p"));
    assert_eq!(
        management.create_organization_scope("p").await,
        Ok(Created::Existed)
    );
}

#[tokio::test]
async fn the_error_of_a_refused_creation_names_the_call_and_the_code() {
    let tenant = tenant().start();
    let management = management(&tenant, "manager");
    let resources = management.resources().await.unwrap();
    let error = management
        .create_scope(&resources[0].id, "a")
        .await
        .unwrap_err();
    let code = "resource.cannot_modify_management_api";
    assert!(matches!(&error, Error::Api { status: 400, code: Some(it), .. } if it == code));
    let text = format!("POST /api/resources/management-api/scopes answers 400 {code}; check ");
    assert!(error.to_string().starts_with(&text), "{error}");
}

#[tokio::test]
async fn a_token_request_returns_the_granted_scopes_or_an_error_with_the_fix() {
    let tenant = tenant().start();
    let management = management(&tenant, "manager");
    let ask = |resource, organization| {
        let scope = "read:products write:products";
        management.token(TokenRequest {
            resource,
            scope,
            organization,
        })
    };
    for (organization, granted) in [(None, "read:products"), (Some("acme"), "write:products")] {
        let token = ask(Some(PRODUCTS), organization).await.unwrap();
        assert_eq!(token.scopes().collect::<Vec<_>>(), [granted]);
        let debug = format!("{token:?}");
        assert!(!debug.contains(token.secret()), "{debug}");
        let logto = tenant.logto().build().unwrap();
        assert!(
            logto
                .verify(token.secret())
                .await
                .unwrap()
                .has_scope(granted)
        );
    }
    for (resource, organization, expected, fix) in [
        (
            Some("https://api.example.com/products/"),
            None,
            Error::UnknownResource {
                resource: "https://api.example.com/products/".into(),
            },
            "trailing slash",
        ),
        (
            Some(PRODUCTS),
            Some("other"),
            Error::NotInOrganization {
                organization: "other".into(),
            },
            "add the application in the console",
        ),
    ] {
        let error = ask(resource, organization).await.unwrap_err();
        assert_eq!(error, expected);
        assert!(error.to_string().contains(fix), "{error}");
    }
}
