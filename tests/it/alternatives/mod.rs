//! `AnyOf`: the alternative that grants access, and the rejection if every alternative refuses.

mod granted_by;

use axum::{Router, routing::get};
use logto_runtime::{
    Guard, Logto, Policy, RejectionCode,
    policy::{AnyOf, OrganizationSource, Requirement, ScopeExpr, Subject},
    require_any,
    test_util::{TestTenant, TokenBuilder},
};

use crate::support::{
    Answer, INSUFFICIENT_SCOPE, INVALID_TOKEN, ORG, PRODUCTS, ask, get as request, send,
};

macro_rules! policies {
    ($($name:ident = $requirement:expr;)+) => {$(
        struct $name;

        impl Policy for $name {
            const REQUIREMENT: Requirement = $requirement;
        }
    )+};
}

const fn global(scope: &'static str) -> Requirement {
    Requirement::scopes(ScopeExpr::One(scope)).with_organization(OrganizationSource::Any)
}

// Each policy refuses the token of `refused_everywhere` for a different reason.
policies! {
    Audience = global("audience").with_resource(ORG);
    NoOrganization = Requirement::organization_permission(ScopeExpr::One("permission"));
    NotAccepted = global("global");
    Mismatch = Requirement::organization_scopes(ScopeExpr::One("mismatch"));
    WrongSubject = Requirement::authenticated().with_subject(Subject::Machine);
    Scope = Requirement::organization_scopes(ScopeExpr::One("missing"))
        .with_organization(OrganizationSource::Path("team"));
    Misconfigured = Requirement::authenticated().with_resource("unnamed");
}

policies! {
    Admin = global("admin");
    Member = Requirement::organization_permission(ScopeExpr::One("invite:member"))
        .with_organization(OrganizationSource::Token);
    Robot = global("sync").with_subject(Subject::Machine);
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .resource(ORG, [""; 0])
        .start()
}

/// Returns a user's token for the resource `PRODUCTS` and the organization acme.
fn refused_everywhere(tenant: &TestTenant) -> TokenBuilder<'_> {
    let token = tenant.token().user("alice").resource(PRODUCTS);
    token.organization("acme").scopes(["other"])
}

async fn pass<P: Policy>(_: Guard<P>) {}

/// Sends the token to a guard with these two alternatives. The path names the organization globex and
/// the team acme.
async fn answer_of<A: Policy, B: Policy>(logto: &Logto, token: &str) -> Answer {
    let app = Router::new()
        .route("/{organization_id}/{team}", get(pass::<AnyOf<(A, B)>>))
        .with_state(logto.clone());
    ask(&app, "/globex/acme", token).await
}

fn insufficient(scope: &str) -> Answer {
    let challenge = format!(r#"{INSUFFICIENT_SCOPE}, scope="{scope}""#);
    Answer::refused(403, "Insufficient scope", challenge.as_str())
}

/// Returns the answers from the least helpful to the most helpful: 401 before 403. A misconfiguration counts
/// as the most helpful, so that no other answer hides it.
fn by_helpfulness() -> [Answer; 7] {
    [
        Answer::refused(401, "Invalid audience", INVALID_TOKEN),
        Answer::refused(401, "Organization context is missing", INVALID_TOKEN),
        Answer::refused(403, "Organization token not accepted", INSUFFICIENT_SCOPE),
        Answer::mismatch(),
        Answer::refused(403, "Subject not accepted", INSUFFICIENT_SCOPE),
        insufficient("missing"),
        Answer::misconfigured(),
    ]
}

macro_rules! row {
    ($logto:expr, $token:expr, $first:ident) => {
        [
            answer_of::<$first, Audience>($logto, $token).await,
            answer_of::<$first, NoOrganization>($logto, $token).await,
            answer_of::<$first, NotAccepted>($logto, $token).await,
            answer_of::<$first, Mismatch>($logto, $token).await,
            answer_of::<$first, WrongSubject>($logto, $token).await,
            answer_of::<$first, Scope>($logto, $token).await,
            answer_of::<$first, Misconfigured>($logto, $token).await,
        ]
    };
}

#[tokio::test]
async fn the_more_helpful_of_two_rejections_is_sent_whichever_comes_first() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = refused_everywhere(&tenant).mint();
    let (logto, token) = (&logto, token.as_str());
    let table = [
        row!(logto, token, Audience),
        row!(logto, token, NoOrganization),
        row!(logto, token, NotAccepted),
        row!(logto, token, Mismatch),
        row!(logto, token, WrongSubject),
        row!(logto, token, Scope),
        row!(logto, token, Misconfigured),
    ];
    let answers = by_helpfulness();
    for (first, row) in table.iter().enumerate() {
        for (second, answer) in row.iter().enumerate() {
            let expected = &answers[first.max(second)];
            assert_eq!(answer, expected, "{first} before {second}");
        }
    }
}

#[tokio::test]
async fn of_two_equally_helpful_rejections_the_first_one_is_sent() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().client("robot").scopes(["other"]).mint();
    let admin_first = answer_of::<Admin, Robot>(&logto, &token).await;
    assert_eq!(admin_first, insufficient("admin"));
    let robot_first = answer_of::<Robot, Admin>(&logto, &token).await;
    assert_eq!(robot_first, insufficient("sync"));
}

/// Returns the alternatives that granted access, and the organization of the guard.
async fn which(caller: Guard<AnyOf<(Admin, Member, Robot)>>) -> String {
    let by = [
        ("admin", caller.granted_by::<Admin>()),
        ("member", caller.granted_by::<Member>()),
        ("robot", caller.granted_by::<Robot>()),
        ("other", caller.granted_by::<Scope>()),
    ];
    let names: Vec<_> = by.iter().filter(|by| by.1).map(|by| by.0).collect();
    let organization = caller.organization();
    let organization = organization.as_ref().map_or("none", |id| id.as_str());
    format!("{} in {organization}", names.join("+"))
}

#[tokio::test]
async fn the_first_alternative_that_is_met_lets_the_caller_in() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", get(which)).with_state(logto);
    let robot = || tenant.token().client("robot");
    for (token, expected) in [
        (
            tenant.token().user("alice").scopes(["admin"]),
            "admin in none",
        ),
        (
            tenant
                .token()
                .organization("acme")
                .scopes(["invite:member"]),
            "member in acme",
        ),
        (robot().scopes(["sync"]), "robot in none"),
        (robot().scopes(["sync", "admin"]), "admin in none"),
    ] {
        // The second time, the verified token is in the token cache.
        let token = token.mint();
        for _ in 0..2 {
            assert_eq!(ask(&app, "/", &token).await, Answer::ok(expected));
        }
    }
}

#[tokio::test]
async fn a_missing_or_invalid_token_gets_401() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", get(which)).with_state(logto);
    let tampered = tenant.token().scopes(["admin"]).tampered().mint();
    assert_eq!(ask(&app, "/", &tampered).await, Answer::invalid_token());
    let missing = Answer::missing("admin");
    assert_eq!(send(&app, request("/", &[])).await, missing);
}

#[tokio::test]
async fn nested_alternatives_work_in_layers_and_in_check() {
    type Nested = AnyOf<(Admin, AnyOf<(Member, Robot)>)>;
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new()
        .route("/", get(async || "in"))
        .route_layer(logto.require::<Nested>());
    let robot = tenant.token().client("robot");
    for (token, admitted) in [
        (robot.scopes(["sync"]), true),
        (tenant.token().user("alice").scopes(["admin"]), true),
        (
            tenant
                .token()
                .organization("acme")
                .scopes(["invite:member"]),
            true,
        ),
        (tenant.token().user("alice").scopes(["sync"]), false),
        (tenant.token().organization("acme").scopes(["other"]), false),
    ] {
        let token = token.mint();
        let answer = ask(&app, "/", &token).await;
        assert_eq!(answer.status == 200, admitted, "{answer:?}");
        let auth = logto.verify(&token).await.unwrap();
        let checked = auth.check::<Nested>().await;
        assert_eq!(checked.is_ok(), admitted, "{checked:?}");
    }
}

#[tokio::test]
async fn require_any_builds_the_same_requirement_as_any_of_by_hand() {
    #[require_any(Admin, Member, Robot)]
    async fn handler() -> &'static str {
        "in"
    }

    #[require_any(Admin, Member, Robot)]
    struct Staff;

    type ByHand = AnyOf<(Admin, Member, Robot)>;
    assert_eq!(Staff::REQUIREMENT, ByHand::REQUIREMENT);
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", get(handler)).with_state(logto);
    let robot = tenant.token().client("robot");
    let admitted = ask(&app, "/", &robot.scopes(["sync"]).mint()).await;
    assert_eq!(admitted, Answer::ok("in"));
    let user = tenant.token().scopes(["sync"]).mint();
    assert_eq!(ask(&app, "/", &user).await, insufficient("admin"));
}

#[tokio::test]
async fn an_empty_list_of_alternatives_refuses_everyone() {
    struct Nobody;

    impl Policy for Nobody {
        const REQUIREMENT: Requirement = Requirement::any_of(&[]);
    }

    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let auth = logto.verify(&tenant.token().mint()).await.unwrap();
    let refused = auth.check::<Nobody>().await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::InsufficientScope);
}
