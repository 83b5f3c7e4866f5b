//! Nested alternatives: the policies for which `granted_by` returns true.

use axum::{Router, routing::get};
use logto_runtime::{Guard, policy::AnyOf, require_any};

use super::{Admin, Member, Mismatch, Robot, Scope, WrongSubject, tenant};
use crate::support::{Answer, ask};

#[require_any(Member, Robot)]
struct Limited;

#[require_any(Limited, Scope)]
struct Nested;

/// Returns the names of the policies that let the caller in, according to `granted_by`.
async fn by(caller: Guard<AnyOf<(Admin, Nested)>>) -> String {
    let by = [
        ("admin", caller.granted_by::<Admin>()),
        ("member", caller.granted_by::<Member>()),
        ("robot", caller.granted_by::<Robot>()),
        ("limited", caller.granted_by::<Limited>()),
        ("nested", caller.granted_by::<Nested>()),
        (
            "same by hand",
            caller.granted_by::<AnyOf<(Member, Robot)>>(),
        ),
        ("all", caller.granted_by::<AnyOf<(Admin, Nested)>>()),
        (
            "others",
            caller.granted_by::<AnyOf<(Mismatch, WrongSubject)>>(),
        ),
    ];
    let names: Vec<_> = by.iter().filter(|by| by.1).map(|by| by.0).collect();
    names.join(", ")
}

/// A handler may hide data from callers for whom `granted_by::<Limited>()` is true. So the method must return
/// true if an alternative of `Limited` accepted the caller. Only the first alternative that accepts a caller
/// counts as met.
#[tokio::test]
async fn granted_by_is_true_for_every_policy_that_contains_the_met_alternative() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", get(by)).with_state(logto);
    let robot = || tenant.token().client("robot");
    for (token, expected) in [
        (tenant.token().scopes(["admin"]), "admin, all"),
        (
            tenant
                .token()
                .organization("acme")
                .scopes(["invite:member"]),
            "member, limited, nested, same by hand, all",
        ),
        (
            robot().scopes(["sync"]),
            "robot, limited, nested, same by hand, all",
        ),
        (robot().scopes(["sync", "admin"]), "admin, all"),
    ] {
        let answer = ask(&app, "/", &token.mint()).await;
        assert_eq!(answer, Answer::ok(expected));
    }
}
