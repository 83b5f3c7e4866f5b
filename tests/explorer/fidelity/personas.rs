//! The personas are the callers that the explorer invents for a tenant and the routes of an API.

use logto_runtime::{Logto, routes::Routes, test_util::TestTenant};

use super::{API, any_caller, permission, routes, tenant};

/// Two personas (callers), a user and a machine, have exactly the scopes of the guard. The match below lists
/// the routes that show something other than `200 granted` for at least one of the two.
#[tokio::test]
async fn a_user_and_a_machine_with_the_scopes_may_call_all_but_the_listed_routes() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes = routes(&logto);
    let matrix = logto.explorer(&routes).tenant(&tenant).matrix().await;
    let column = |name| matrix.personas.iter().position(|it| it == name).unwrap();
    let (user, machine) = (
        column("user with the scopes"),
        column("machine with the scopes"),
    );
    for route in &matrix.routes {
        let (user, machine) = (&route.cells[user], &route.cells[machine]);
        let expected = match route.path.as_str() {
            "/{organization_id}/misplaced" | "/unnamed/{id}" | "/tail/{orgId}/{*tail}" => {
                "500 misconfigured"
            }
            "/machines" => "403 subject_not_accepted",
            "/opaque/{*rest}" => "undecided",
            // Guards do not read an organization from a header value that is not ASCII.
            "/of-header" if !route.organization.as_ref().unwrap().is_ascii() => {
                "403 organization_mismatch"
            }
            _ => "200 granted",
        };
        assert_eq!(user.to_string(), expected, "{route}");
        if route.path != "/machines" {
            assert_eq!(machine.to_string(), expected, "{route}");
        } else {
            assert!(machine.is_granted(), "{route}");
        }
    }
}

/// An organization has two personas: its administrator has the permission, its member does not.
#[tokio::test]
async fn administrators_may_call_routes_of_their_organization_and_members_may_not() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes: Routes<Logto> = Routes::new().post("/{organization_id}/permission", permission);
    let matrix = logto.explorer(&routes).tenant(&tenant).matrix().await;
    let cell = |persona: &str, organization: &str| {
        let column = matrix.personas.iter().position(|it| it == persona).unwrap();
        let mut routes = matrix.routes.iter();
        let route = routes.find(|it| it.organization.as_deref() == Some(organization));
        route.unwrap().cells[column].to_string()
    };
    for (persona, organization, expected) in [
        ("administrator of acme", "acme", "200 granted"),
        (
            "administrator of acme",
            "a b/ü%",
            "403 organization_mismatch",
        ),
        ("member of acme", "acme", "403 no_scopes_granted"),
        ("administrator of a b/ü%", "a b/ü%", "200 granted"),
        (
            "administrator of a b/ü%",
            "acme",
            "403 organization_mismatch",
        ),
    ] {
        assert_eq!(
            cell(persona, organization),
            expected,
            "{persona} in {organization}"
        );
    }
    assert_eq!(
        serde_json::to_value(&matrix.routes[0].asks).unwrap(),
        serde_json::json!([{ "organization_id": "acme", "scope": "invite" }])
    );
}

/// If the routes need more organizations than the tenant has, the explorer invents some, such as `org-1`.
#[tokio::test]
async fn personas_fit_the_tenant_and_the_routes() {
    let plain = TestTenant::builder()
        .resource(API, ["read"])
        .offline()
        .start();
    let logto = plain.logto().build().unwrap();
    let routes: Routes<Logto> = Routes::new().get("/any", any_caller);
    let matrix = logto.explorer(&routes).tenant(&plain).matrix().await;
    assert_eq!(
        matrix.personas,
        [
            "nobody",
            "garbage",
            "opaque token",
            "ID token",
            "user without scopes",
            "user with the scopes",
            "machine without scopes",
            "machine with the scopes",
            "expired",
        ]
    );
    let routes: Routes<Logto> = Routes::new().get("/{organization_id}/x", permission);
    let matrix = logto.explorer(&routes).tenant(&plain).matrix().await;
    let organizations: Vec<_> = matrix
        .routes
        .iter()
        .map(|it| it.organization.clone())
        .collect();
    assert_eq!(
        organizations,
        [Some("org-1".to_owned()), Some("org-2".to_owned())]
    );
    assert!(
        matrix
            .personas
            .contains(&"administrator of org-2".to_owned())
    );
}
