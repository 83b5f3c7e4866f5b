//! Tests `Logto::guard`, for frameworks other than axum. This method answers as the guard of an axum handler
//! does.

use axum::{
    Router, body::Body, extract::MatchedPath, http::Request, response::IntoResponse, routing::get,
};
use http_body_util::BodyExt as _;
use logto_runtime::{
    Guard, Logto, Policy, require_auth, require_org_permission, require_scopes,
    test_util::TestTenant,
};
use tower::ServiceExt as _;

use crate::support::{Read, reader, stranger, tenant};

#[require_auth]
struct AnyCaller;

#[require_scopes("read:products", org = any)]
struct ReadAnywhere;

#[require_org_permission("invite:member")]
struct Invite;

#[require_org_permission("invite:member", org = path("tenant"))]
struct InviteByPath;

#[require_org_permission("invite:member", org = header("x-organization-id"))]
struct InviteByHeader;

#[require_org_permission("invite:member", org = token)]
struct InviteByToken;

/// A route of axum, a path that matches the route, and the parameters in the path.
type Path = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const PATHS: [Path; 6] = [
    ("/", "/", &[]),
    (
        "/{organization_id}",
        "/acme",
        &[("organization_id", "acme")],
    ),
    ("/{orgId}", "/globex", &[("orgId", "globex")]),
    ("/{tenant}", "/acme", &[("tenant", "acme")]),
    ("/{tenant}", "/globex", &[("tenant", "globex")]),
    (
        "/{org_id}/{orgId}",
        "/acme/globex",
        &[("org_id", "acme"), ("orgId", "globex")],
    ),
];

/// The `Authorization` headers and the `x-organization-id` headers of a request.
type Headers = (Vec<String>, Vec<&'static str>);

fn headers(tenant: &TestTenant) -> Vec<Headers> {
    let member = tenant
        .token()
        .user("alice")
        .organization("acme")
        .scopes(["invite:member"])
        .mint();
    let guest = tenant.token().user("bob").organization("acme").mint();
    let bearer = |token: &str| format!("Bearer {token}");
    let (reader, member) = (bearer(&reader(tenant)), bearer(&member));
    let mut all: Vec<Headers> = vec![
        (vec![], vec![]),
        (vec!["Basic dTpw".to_owned()], vec![]),
        (vec![bearer("nonsense")], vec![]),
        (vec![reader.clone(), reader.clone()], vec![]),
        (vec![reader], vec![]),
        (vec![bearer(&stranger(tenant))], vec![]),
        (vec![bearer(&guest)], vec!["acme"]),
    ];
    let organizations = [vec![], vec!["acme"], vec!["globex"], vec!["acme", "acme"]];
    all.extend(
        organizations
            .into_iter()
            .map(|named| (vec![member.clone()], named)),
    );
    all
}

fn request(path: &str, (tokens, organizations): &Headers) -> Request<Body> {
    let mut request = Request::get(path);
    for token in tokens {
        request = request.header("authorization", token);
    }
    for organization in organizations {
        request = request.header("x-organization-id", *organization);
    }
    request.body(Body::empty()).unwrap()
}

/// Returns what an answer says: status, challenge and body.
async fn said(response: axum::response::Response) -> (u16, String, String) {
    let challenge = format!("{:?}", response.headers().get("www-authenticate"));
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, challenge, String::from_utf8(body.to_vec()).unwrap())
}

fn text<P: Policy>(guard: &Guard<P>) -> String {
    format!("{} in {:?}", guard.subject(), guard.organization())
}

async fn compare<P: Policy>(logto: &Logto, tenant: &TestTenant, statuses: &mut Vec<u16>) {
    for (route, path, parameters) in PATHS {
        let handler = async |guard: Guard<P>, _: MatchedPath| text(&guard);
        let app = Router::new()
            .route(route, get(handler))
            .with_state(logto.clone());
        for headers in headers(tenant) {
            let on_axum = said(app.clone().oneshot(request(path, &headers)).await.unwrap()).await;
            let mut parts = request(path, &headers).into_parts().0;
            let by_hand = match logto.guard::<P>(&mut parts, Some(parameters)).await {
                Ok(guard) => text(&guard).into_response(),
                Err(rejection) => rejection.into_response(),
            };
            statuses.push(on_axum.0);
            assert_eq!(said(by_hand).await, on_axum, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn logto_guard_answers_as_the_guard_of_an_axum_handler_does() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let mut seen = Vec::new();
    compare::<AnyCaller>(&logto, &tenant, &mut seen).await;
    compare::<Read>(&logto, &tenant, &mut seen).await;
    compare::<ReadAnywhere>(&logto, &tenant, &mut seen).await;
    compare::<Invite>(&logto, &tenant, &mut seen).await;
    compare::<InviteByPath>(&logto, &tenant, &mut seen).await;
    compare::<InviteByHeader>(&logto, &tenant, &mut seen).await;
    compare::<InviteByToken>(&logto, &tenant, &mut seen).await;
    for status in [200, 400, 401, 403, 500] {
        assert!(seen.contains(&status), "{status}");
    }
}

/// `logto.guard(…, None)` means that the parameters of the path are not known.
#[tokio::test]
async fn an_organization_in_the_path_cannot_be_compared_without_the_parameters_of_the_path() {
    async fn status<P: Policy>(logto: &Logto, token: &str) -> u16 {
        let headers = (vec![format!("Bearer {token}")], vec!["acme"]);
        let mut parts = request("/acme", &headers).into_parts().0;
        match logto.guard::<P>(&mut parts, None).await {
            Ok(_) => 200,
            Err(rejection) => rejection.status().as_u16(),
        }
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let member = tenant
        .token()
        .user("alice")
        .organization("acme")
        .scopes(["invite:member"])
        .mint();
    assert_eq!(status::<Invite>(&logto, &member).await, 500);
    assert_eq!(status::<InviteByPath>(&logto, &member).await, 500);
    assert_eq!(status::<InviteByHeader>(&logto, &member).await, 200);
    assert_eq!(status::<InviteByToken>(&logto, &member).await, 200);
    assert_eq!(status::<Read>(&logto, &reader(&tenant)).await, 200);
}
