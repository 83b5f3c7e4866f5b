//! Several guards on one route. One token must meet an alternative of each guard.

use logto_runtime::{
    Logto, explorer::Matrix, require_any, require_auth, require_scopes, routes::Routes,
};
use serde_json::{Value, json};

use super::{API, tenant};

#[require_auth]
struct Caller;

#[require_scopes("a", subject = user)]
struct UserA;

#[require_scopes("b", subject = machine)]
struct MachineB;

#[require_scopes("c", subject = user)]
struct UserC;

#[require_scopes("d", subject = machine)]
struct MachineD;

#[require_any(UserC, MachineD)]
struct COrD;

#[require_any(UserA, MachineB)]
async fn a_or_b() {}

#[require_scopes("e")]
struct E;

#[require_scopes("f")]
struct F;

#[require_any(E, F)]
struct EOrF;

#[require_any(E, F)]
async fn e_or_f() {}

/// Returns the matrix of a route of its own for each of these guards.
async fn matrix(routes: impl FnOnce(&Logto) -> Routes<Logto>) -> Matrix {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes = routes(&logto);
    logto.explorer(&routes).tenant(&tenant).matrix().await
}

fn cell(matrix: &Matrix, persona: &str) -> String {
    let column = matrix.personas.iter().position(|it| it == persona);
    matrix.routes[0].cells[column.unwrap()].to_string()
}

fn asks(matrix: &Matrix) -> Value {
    serde_json::to_value(&matrix.routes[0].asks).unwrap()
}

fn scopes(all: &[&str]) -> Value {
    let asks = all.iter().map(|it| json!({ "resource": API, "scope": it }));
    asks.collect()
}

#[tokio::test]
async fn all_alternatives_of_a_later_guard_are_shown_and_tried() {
    let matrix = matrix(|logto| {
        let routes = Routes::new().get("/x", a_or_b);
        routes.guarded_by(logto.require::<Caller>())
    })
    .await;
    assert_eq!(asks(&matrix), scopes(&["a", "b"]));
    for (persona, expected) in [
        ("user with the scopes", "200 granted"),
        ("machine with the scopes", "200 granted"),
        ("user without scopes", "403 no_scopes_granted"),
    ] {
        assert_eq!(cell(&matrix, persona), expected, "{persona}");
    }
}

#[tokio::test]
async fn combinations_that_no_token_meets_are_left_out() {
    let matrix = matrix(|logto| {
        let routes = Routes::new().get("/x", a_or_b);
        routes.guarded_by(logto.require::<COrD>())
    })
    .await;
    assert_eq!(asks(&matrix), scopes(&["c a", "d b"]));
    for persona in ["user with the scopes", "machine with the scopes"] {
        assert_eq!(cell(&matrix, persona), "200 granted", "{persona}");
    }
}

#[tokio::test]
async fn a_combination_is_left_out_if_another_one_needs_less() {
    let matrix = matrix(|logto| {
        let routes = Routes::new().get("/x", e_or_f);
        routes.guarded_by(logto.require::<EOrF>())
    })
    .await;
    assert_eq!(asks(&matrix), scopes(&["e", "f"]));
}

macro_rules! five_alternatives {
    ($name:ident: $($policy:ident $scope:literal),*) => {
        $(#[require_scopes($scope)] struct $policy;)*
        #[require_any($($policy),*)]
        struct $name;
    };
}

five_alternatives!(First: A1 "a1", A2 "a2", A3 "a3", A4 "a4", A5 "a5");
five_alternatives!(Second: B1 "b1", B2 "b2", B3 "b3", B4 "b4", B5 "b5");
five_alternatives!(Third: C1 "c1", C2 "c2", C3 "c3", C4 "c4", C5 "c5");

#[tokio::test]
async fn many_alternatives_of_several_guards_have_a_bounded_number_of_combinations() {
    let matrix = matrix(|logto| {
        let routes = Routes::new().get("/x", e_or_f);
        routes
            .guarded_by(logto.require::<First>())
            .guarded_by(logto.require::<Second>())
            .guarded_by(logto.require::<Third>())
    })
    .await;
    assert_eq!(matrix.routes[0].asks.len(), 64);
    assert_eq!(cell(&matrix, "user with the scopes"), "200 granted");
}
