//! The tokens that each event of a Logto webhook revokes.

use logto_runtime::{
    Logto, RevocationsBuilder, RoleChange, UnlistedChange,
    test_util::{TestTenant, TokenBuilder},
};
use serde_json::{Value, json};

use super::{World, deliver};
use crate::support::PRODUCTS;

/// The tokens of these tests. Each has a letter:
///
/// - `a`: alice, without an organization;
/// - `A`, `G`: alice in acme and in globex;
/// - `b`, `B`: bob without an organization, and in acme;
/// - `M`: a machine in acme.
const TOKENS: [char; 6] = ['a', 'A', 'G', 'b', 'B', 'M'];

fn token(tenant: &TestTenant, letter: char) -> TokenBuilder<'_> {
    let token = tenant.token();
    match letter {
        'a' => token.user("alice"),
        'A' => token.user("alice").organization("acme"),
        'G' => token
            .user("alice")
            .organization("globex")
            .resource(PRODUCTS),
        'b' => token.user("bob"),
        'B' => token.user("bob").organization("acme").resource(PRODUCTS),
        _ => token.client("machine").organization("acme"),
    }
}

/// Delivers an event. Returns the status of the answer and the letters of the revoked tokens, for example
/// `200 aAG`.
async fn outcome(settings: fn(RevocationsBuilder) -> RevocationsBuilder, event: &Value) -> String {
    let world = World::start();
    let revocations = settings(world.tenant.revocations()).start().unwrap();
    let logto: Logto = world
        .tenant
        .logto()
        .revocations(&revocations)
        .build()
        .unwrap();
    let mut tokens = Vec::new();
    for letter in TOKENS {
        let token = token(&world.tenant, letter).mint();
        logto.verify(&token).await.unwrap();
        tokens.push((letter, token));
    }
    let mut outcome = deliver(&revocations, event).await.to_string();
    outcome.push(' ');
    for (letter, token) in tokens {
        if logto.verify(&token).await.is_err() {
            outcome.push(letter);
        }
    }
    outcome
}

fn event(name: &str, fields: Value) -> Value {
    let mut event = json!({ "event": name, "createdAt": "2027-01-15T08:00:00.000Z", "ip": "::1" });
    let Value::Object(fields) = fields else {
        panic!("{fields}")
    };
    event.as_object_mut().unwrap().extend(fields);
    event
}

#[tokio::test]
async fn each_event_revokes_the_tokens_of_those_whom_it_names() {
    let membership = |fields| event("Organization.Membership.Updated", fields);
    let suspension = |fields| event("User.SuspensionStatus.Updated", fields);
    let many = |id: &str| {
        let mut ids = vec![json!(id)];
        ids.resize(5_000, json!("x"));
        json!({ "organizationId": "acme", "addedUserIds": ids })
    };
    for (event, expected) in [
        (
            suspension(json!({"params": {"userId": "alice"}, "data": {"isSuspended": true}})),
            "200 aAG",
        ),
        (
            suspension(json!({"params": {"userId": "alice"}, "data": {"isSuspended": false}})),
            "200 ",
        ),
        // Unless `isSuspended` is the literal `false`, the event counts as a suspension.
        (
            suspension(json!({"params": {"userId": "alice"}, "data": {"isSuspended": "false"}})),
            "200 aAG",
        ),
        (
            suspension(json!({"params": {"userId": "alice"}, "data": {"isSuspended": null}})),
            "200 aAG",
        ),
        (
            suspension(json!({"params": {"userId": "alice"}})),
            "200 aAG",
        ),
        // `data.id` counts only if `params` does not have a `userId`.
        (
            suspension(json!({"params": {"userId": "alice"}, "data": {"id": "bob"}})),
            "200 aAG",
        ),
        (
            suspension(json!({"data": {"id": "bob", "isSuspended": true}})),
            "200 bB",
        ),
        (
            suspension(json!({"params": {}, "data": {"id": "bob"}})),
            "200 bB",
        ),
        (
            suspension(json!({"params": {"userId": 7}, "data": {"id": "bob"}})),
            "422 ",
        ),
        (
            suspension(json!({"params": {"userId": ""}, "data": {"id": "bob"}})),
            "422 ",
        ),
        (
            suspension(json!({"params": {"userId": null}, "data": {"id": "bob"}})),
            "422 ",
        ),
        (suspension(json!({"data": {}})), "422 "),
        (suspension(json!({})), "422 "),
        (
            event("User.Deleted", json!({"params": {"userId": "alice"}})),
            "200 aAG",
        ),
        (
            event("User.Deleted", json!({"data": {"id": "alice"}})),
            "200 aAG",
        ),
        (
            event("User.Deleted", json!({"params": {"id": "alice"}})),
            "422 ",
        ),
        (
            event("User.Data.Updated", json!({"params": {"userId": "alice"}})),
            "200 ",
        ),
        (
            event("User.Created", json!({"data": {"id": "alice"}})),
            "200 ",
        ),
        (
            event("Organization.Deleted", json!({"params": {"id": "acme"}})),
            "200 ABM",
        ),
        (event("Organization.Deleted", json!({"params": {}})), "422 "),
        (
            event("Organization.Deleted", json!({"data": {"id": "acme"}})),
            "422 ",
        ),
        (
            membership(json!({"organizationId": "acme", "removedUserIds": ["alice"]})),
            "200 aA",
        ),
        (
            membership(json!({"organizationId": "acme", "removedApplicationIds": ["machine"]})),
            "200 M",
        ),
        (
            membership(json!({"organizationId": "acme", "removedUserIds": ["alice", "bob"]})),
            "200 aAbB",
        ),
        (
            membership(json!({"organizationId": "acme", "addedUserIds": ["alice"]})),
            "200 ",
        ),
        (
            membership(json!({"organizationId": "acme", "removedUserIds": []})),
            "200 ",
        ),
        (membership(json!({"organizationId": "acme"})), "200 ABM"),
        // A `null` list counts as absent if the event has no other list.
        (
            membership(json!({"organizationId": "acme", "addedUserIds": null})),
            "200 ABM",
        ),
        (
            membership(json!({"organizationId": "acme", "removedUserIds": null})),
            "200 ABM",
        ),
        // If only one of two lists is `null`, somebody may be missing.
        (
            membership(json!({
                "organizationId": "acme", "addedUserIds": ["bob"], "removedUserIds": null,
            })),
            "422 ",
        ),
        (
            membership(json!({
                "organizationId": "acme", "removedUserIds": ["bob"], "removedApplicationIds": null,
            })),
            "422 bB",
        ),
        // Logto cuts a list off at 5,000 ids, so a list of this length may be incomplete.
        (membership(many("alice")), "200 ABM"),
        // The tokens of a readable id are revoked even if another id is not readable.
        (
            membership(json!({"organizationId": "acme", "removedUserIds": ["alice", 7]})),
            "422 aA",
        ),
        (
            membership(json!({"organizationId": "acme", "removedUserIds": "alice"})),
            "422 ",
        ),
        (membership(json!({"removedUserIds": ["alice"]})), "422 a"),
        (membership(json!({"params": {"id": "acme"}})), "422 "),
    ] {
        assert_eq!(outcome(|it| it, &event).await, expected, "{event:.300}");
    }
}

#[tokio::test]
async fn settings_change_what_an_event_means() {
    let membership = |fields| event("Organization.Membership.Updated", fields);
    let removed = membership(json!({"organizationId": "acme", "removedUserIds": ["alice"]}));
    assert_eq!(
        outcome(RevocationsBuilder::members_only, &removed).await,
        "200 A"
    );
    let unlisted = membership(json!({"organizationId": "acme"}));
    let ignore: fn(RevocationsBuilder) -> _ = |it| it.on_unlisted_change(UnlistedChange::Ignore);
    assert_eq!(outcome(ignore, &unlisted).await, "200 ");
    let all: fn(RevocationsBuilder) -> _ =
        |it| it.on_unlisted_change(UnlistedChange::RevokeEverything);
    let deleted = event("Organization.Deleted", json!({"params": {"id": "acme"}}));
    for unlisted in [&unlisted, &deleted] {
        assert_eq!(outcome(all, unlisted).await, "200 aAGbBM");
    }
    assert_eq!(outcome(all, &removed).await, "200 aA");
    assert_eq!(outcome(ignore, &deleted).await, "200 ABM");
    let everything: fn(RevocationsBuilder) -> _ =
        |it| it.on_role_change(RoleChange::RevokeEverything);
    for name in [
        "Role.Deleted",
        "Role.Scopes.Updated",
        "OrganizationRole.Deleted",
        "OrganizationRole.Scopes.Updated",
        "OrganizationScope.Created",
        "OrganizationScope.Data.Updated",
        "OrganizationScope.Deleted",
        "Scope.Deleted",
        "Scope.Data.Updated",
    ] {
        let event = event(name, json!({"params": {"id": "r"}}));
        assert_eq!(outcome(|it| it, &event).await, "200 ", "{name}");
        assert_eq!(outcome(everything, &event).await, "200 aAGbBM", "{name}");
    }
    for name in ["Role.Created", "Role.Data.Updated", "Scope.Created"] {
        let event = event(name, json!({"params": {"id": "r"}}));
        assert_eq!(outcome(everything, &event).await, "200 ", "{name}");
    }
}

/// The console of Logto sends made-up data, without the JSON fields that the real event has.
#[tokio::test]
async fn the_test_call_of_the_console_is_accepted_and_revokes_nothing() {
    for name in [
        "User.SuspensionStatus.Updated",
        "User.Deleted",
        "Organization.Deleted",
        "Organization.Membership.Updated",
        "Role.Deleted",
    ] {
        let test = json!({
            "event": name, "hookId": "h", "createdAt": "2027-01-15T08:00:00.000Z",
            "userAgent": "fake-user-agent", "path": "/fake-path/:id", "method": "POST",
            "status": 200, "params": { "id": "fake-id" }, "data": { "result": "success" },
        });
        assert_eq!(outcome(|it| it, &test).await, "200 ", "{name}");
    }
}
