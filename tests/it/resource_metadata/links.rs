//! Challenges: the link to a metadata document (RFC 9728), and the scopes.

use axum::{Router, routing};
use logto_runtime::{
    AuthInfo, Guard, Logto, Policy,
    policy::{AnyOf, Requirement, ScopeExpr},
    require_any, require_auth, require_org_permission, require_org_scopes, require_scopes,
    test_util::TestTenant,
};
use reqwest::Url;

use super::{document, on_host, tenant, with_resources};
use crate::support::{INVALID_TOKEN, PRODUCTS, ask, get, send};

#[require_scopes(any("read:products", "write:products"))]
async fn products() {}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
async fn data() {}

#[require_org_permission("invite:member")]
async fn invite() {}

#[require_auth]
struct Anyone;

#[require_org_permission("invite:guest")]
struct InviteGuests;

#[require_org_permission("invite:member")]
struct InviteMembers;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct ReadData;

#[require_any(InviteGuests, InviteMembers)]
async fn invite_any() {}

#[require_any(InviteMembers, ReadData)]
async fn invite_or_read() {}

fn app(logto: Logto) -> Router {
    Router::new()
        .route(
            "/organizations/{organization_id}/invite-any",
            routing::get(invite_any),
        )
        .route(
            "/organizations/{organization_id}/invite-or-read",
            routing::get(invite_or_read),
        )
        .route(
            "/organizations/{organization_id}/invite",
            routing::get(invite),
        )
        .route("/products", routing::get(products))
        .route("/organizations/{organization_id}/data", routing::get(data))
        .route("/anyone", routing::get(async |_: Guard<Anyone>| ()))
        .route("/caller", routing::get(async |_: AuthInfo| ()))
        .with_state(logto)
}

fn announcing(tenant: &TestTenant) -> Logto {
    tenant.logto().announce_resource_metadata().build().unwrap()
}

const PRODUCTS_URL: &str = "https://api.example.com/.well-known/oauth-protected-resource/products";
const ORG_URL: &str = "https://api.example.com/.well-known/oauth-protected-resource/org";

/// An MCP client asks for the scopes of the first challenge. If the challenge lists no scopes, the client
/// asks for all scopes of the document.
#[tokio::test]
async fn the_first_challenge_has_the_scopes_and_the_link_of_the_route() {
    let tenant = tenant();
    let silent = app(tenant.logto().build().unwrap());
    let announcing = app(announcing(&tenant));
    for (path, scope, link) in [
        (
            "/products",
            Some("read:products write:products"),
            Some(PRODUCTS_URL),
        ),
        ("/anyone", None, Some(PRODUCTS_URL)),
        ("/caller", None, Some(PRODUCTS_URL)),
        ("/organizations/acme/data", Some("read:data"), Some(ORG_URL)),
        // A token with organization permissions is not issued for a resource.
        ("/organizations/acme/invite", Some("invite:member"), None),
        ("/organizations/acme/invite-any", Some("invite:guest"), None),
        // The scopes and the link belong to the same alternative.
        (
            "/organizations/acme/invite-or-read",
            Some("read:data"),
            Some(ORG_URL),
        ),
    ] {
        let scope = scope.map(|scope| format!("scope=\"{scope}\""));
        let link = link.map(|link| format!("resource_metadata=\"{link}\""));
        let challenge = |parameters: &[&Option<String>]| {
            let parameters: Vec<_> = parameters.iter().copied().flatten().cloned().collect();
            format!("Bearer {}", parameters.join(", "))
                .trim_end()
                .to_owned()
        };
        let answer = send(&silent, get(path, &[])).await;
        assert_eq!(answer.challenge, Some(challenge(&[&scope])), "{path}");
        let answer = send(&announcing, get(path, &[])).await;
        assert_eq!(
            answer.challenge,
            Some(challenge(&[&scope, &link])),
            "{path}"
        );
    }
}

/// With a link, a client would ask for a token of the linked resource. The guard would refuse that token, and
/// send the client to the same link again.
#[tokio::test]
async fn challenges_of_organization_permissions_do_not_link_a_document() {
    let tenant = tenant();
    let app = app(announcing(&tenant));
    let of_a_resource = tenant.token().user("alice").mint();
    for path in [
        "/organizations/acme/invite",
        "/organizations/acme/invite-any",
    ] {
        let refused = ask(&app, path, &of_a_resource).await;
        assert_eq!(
            (refused.status, refused.challenge.as_deref()),
            (401, Some(INVALID_TOKEN)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn with_alternatives_the_challenge_links_the_document_of_the_first_resource() {
    let tenant = tenant();
    let app = app(announcing(&tenant));
    let path = "/organizations/acme/invite-or-read";
    let of_another = tenant.token().user("alice").mint();
    let refused = ask(&app, path, &of_another).await;
    assert_eq!(
        refused.challenge,
        Some(format!("{INVALID_TOKEN}, resource_metadata=\"{ORG_URL}\""))
    );
}

#[tokio::test]
async fn a_challenge_for_missing_scopes_links_the_document_of_their_resource() {
    let tenant = tenant();
    let app = app(announcing(&tenant));
    let token = tenant.token().user("alice").resource(PRODUCTS).mint();
    let lacking = ask(&app, "/products", &token).await;
    assert_eq!(
        lacking.challenge,
        Some(format!(
            "Bearer error=\"insufficient_scope\", scope=\"read:products write:products\", \
             resource_metadata=\"{PRODUCTS_URL}\""
        ))
    );
}

/// A policy for the resource at the index `RESOURCE` of `RESOURCES`.
struct Of<const RESOURCE: usize>;

const RESOURCES: [&str; 9] = [
    "https://api.example.com/products",
    "https://org.example.com",
    "https://api.example.com",
    "https://api.example.com/",
    "https://api.example.com/products/",
    "https://org.example.com/products",
    "http://org.example.com/products",
    "urn:example:api",
    "https://api.example.com/v1?tenant=1",
];

impl<const RESOURCE: usize> Policy for Of<RESOURCE> {
    const REQUIREMENT: Requirement =
        Requirement::scopes(ScopeExpr::One("call")).with_resource(RESOURCES[RESOURCE]);
}

/// The builder gets zero to nine consecutive `RESOURCES`, starting at each position, and then one other
/// resource. Each link must lead to the document of the guard's resource.
#[tokio::test]
async fn every_link_leads_to_the_document_of_the_resource() {
    fn routes(logto: &Logto) -> Router {
        macro_rules! routes {
            ($($position:literal)+) => {
                Router::new()$(.route(
                    concat!("/", $position),
                    routing::get(async |_: Guard<Of<$position>>| ()),
                ))+
            };
        }
        routes!(0 1 2 3 4 5 6 7 8).with_state(logto.clone())
    }
    let mut linked = 0;
    for first in 0..RESOURCES.len() {
        for known in 0..=RESOURCES.len() {
            let mut known: Vec<_> = RESOURCES
                .iter()
                .copied()
                .cycle()
                .skip(first)
                .take(known)
                .collect();
            known.push("https://last.example.com");
            let logto = with_resources(&known).announce_resource_metadata();
            let logto = logto.build().unwrap();
            let documents: Router = logto.protected_resource_metadata();
            let app = routes(&logto);
            for (position, resource) in RESOURCES.iter().enumerate() {
                let answer = send(&app, get(&format!("/{position}"), &[])).await;
                let challenge = answer.challenge.unwrap();
                let Some((_, link)) = challenge.split_once("resource_metadata=\"") else {
                    // Not every challenge has a link.
                    continue;
                };
                let link = Url::parse(link.trim_end_matches('"')).unwrap();
                let authority = match link.port() {
                    Some(port) => format!("{}:{port}", link.host_str().unwrap()),
                    None => link.host_str().unwrap().to_owned(),
                };
                let (answer, found) = document(&documents, on_host(&authority, link.path())).await;
                assert_eq!(
                    (answer.status, found["resource"].as_str()),
                    (200, Some(*resource)),
                    "{known:?} {link}"
                );
                linked += 1;
            }
        }
    }
    assert!(linked > 100, "{linked}");
}

/// A guard may name a resource that the builder does not know. That resource's document is not served.
#[tokio::test]
async fn a_challenge_does_not_link_the_document_of_an_unknown_resource() {
    type KnownSecond = AnyOf<(Of<1>, Of<0>)>;
    let logto = with_resources(&[RESOURCES[0]]).announce_resource_metadata();
    let logto = logto.build().unwrap();
    let app = Router::new()
        .route("/unknown", routing::get(async |_: Guard<Of<1>>| ()))
        .route("/second", routing::get(async |_: Guard<KnownSecond>| ()))
        .with_state(logto);
    let unknown = send(&app, get("/unknown", &[])).await;
    assert_eq!(unknown.challenge.as_deref(), Some("Bearer scope=\"call\""));
    let second = send(&app, get("/second", &[])).await;
    assert_eq!(
        second.challenge,
        Some(format!(
            "Bearer scope=\"call\", resource_metadata=\"{PRODUCTS_URL}\""
        ))
    );
}
