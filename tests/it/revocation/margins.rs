//! Tests the smallest `iat` that is accepted after each event of a webhook. If a token request is slow, Logto
//! may answer it after the event. The new token then has a later `iat`, but its user has lost access. So
//! after a loss of access, tokens from the next few seconds are refused, too.

use logto_runtime::{Logto, RevocationsBuilder, RoleChange, test_util::TokenBuilder};
use serde_json::{Value, json};

use super::{World, deliver};
use crate::support::{NOW, at};

/// The smallest accepted `iat` after a loss of access, in seconds after `NOW`. The event happens 0.999 s
/// after `NOW`.
const GONE: u64 = 11;

/// The same for an event after which callers may need a new token at once.
const CHANGED: u64 = 1;

fn event(name: &str, fields: &Value) -> Value {
    let mut event = json!({ "event": name, "createdAt": "2027-01-15T08:00:00.999Z" });
    let fields = fields.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(fields);
    event
}

#[tokio::test]
async fn tokens_issued_11_s_after_a_loss_of_access_or_1_s_after_a_change_are_accepted() {
    type Token = fn(TokenBuilder<'_>) -> TokenBuilder<'_>;
    let alice: Token = |it| it.user("alice");
    let in_acme: Token = |it| it.user("alice").organization("acme");
    let machine: Token = |it| it.client("machine").organization("acme");
    let membership = |fields| event("Organization.Membership.Updated", &fields);
    let removed = membership(json!({"organizationId": "acme", "removedUserIds": ["alice"]}));
    let suspended = event(
        "User.SuspensionStatus.Updated",
        &json!({"params": {"userId": "alice"}, "data": {"isSuspended": true}}),
    );
    for (event, token, seconds) in [
        (suspended, alice, GONE),
        (
            event("User.Deleted", &json!({"params": {"userId": "alice"}})),
            alice,
            GONE,
        ),
        (
            event("Organization.Deleted", &json!({"params": {"id": "acme"}})),
            in_acme,
            GONE,
        ),
        (removed.clone(), in_acme, GONE),
        // The user may at once need a new token without an organization.
        (removed, alice, CHANGED),
        (
            membership(json!({"organizationId": "acme", "removedApplicationIds": ["machine"]})),
            machine,
            GONE,
        ),
        // The members who remain need new tokens at once.
        (
            membership(json!({"organizationId": "acme"})),
            in_acme,
            CHANGED,
        ),
        (event("Role.Deleted", &json!({})), alice, CHANGED),
    ] {
        let world = World::start();
        let settings: RevocationsBuilder = world.tenant.revocations();
        let settings = settings.on_role_change(RoleChange::RevokeEverything);
        let revocations = settings.start().unwrap();
        let logto: Logto = { world.tenant.logto() }
            .revocations(&revocations)
            .build()
            .unwrap();
        assert_eq!(deliver(&revocations, &event).await, 200);
        for (issued, accepted) in [(seconds - 1, false), (seconds, true)] {
            let token = token(world.tenant.token()).issued_at(at(NOW + issued));
            let verified = logto.verify(&token.mint()).await;
            assert_eq!(verified.is_ok(), accepted, "NOW + {issued}, {event}");
        }
    }
}
