//! A delivery (one call of a webhook) about a user contains values that this user wrote, for example a name
//! or custom data. The delivery must be read, even if such a value is hostile.

use logto_runtime::RejectionCode;
use serde_json::json;

use super::{KEY, World, delivery, signature, webhook};
use crate::support::send;

/// Returns JSON values that a hostile user could write, each with a description.
fn hostile() -> Vec<(&'static str, String)> {
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let objects =
        |levels: usize| format!("{}1{}", r#"{"data":"#.repeat(levels), "}".repeat(levels));
    vec![
        ("lists, nested 120 times", nested(120)),
        ("lists, nested 130 times", nested(130)),
        ("lists, nested 100,000 times", nested(100_000)),
        ("objects, nested 50,000 times", objects(50_000)),
        ("half a surrogate pair", r#""\ud800""#.to_owned()),
        (
            "half a surrogate pair in a name",
            r#"{"\udfff":1}"#.to_owned(),
        ),
        ("a large number", format!("1{}", "0".repeat(400))),
        (
            "another user",
            r#"{"id":"bob","isSuspended":false}"#.to_owned(),
        ),
        (
            "a delivery",
            r#"{"event":"X","params":{"userId":"bob"}}"#.to_owned(),
        ),
        ("a long text", json!("x".repeat(900_000)).to_string()),
    ]
}

#[tokio::test]
async fn a_suspension_or_deletion_is_read_whatever_its_user_wrote() {
    for (what, written) in hostile() {
        for (event, first) in [
            ("User.SuspensionStatus.Updated", "params"),
            ("User.Deleted", "data"),
        ] {
            let world = World::start();
            let logto = world.logto().build().unwrap();
            let [alice, bob] = ["alice", "bob"].map(|user| world.tenant.token().user(user).mint());
            let params = r#""params":{"userId":"alice"}"#;
            let data = format!(
                r#""data":{{"id":"alice","name":{written},"customData":{written},"isSuspended":true}}"#
            );
            let (one, other) = match first {
                "params" => (params, &*data),
                _ => (&*data, params),
            };
            let body = format!(
                r#"{{"event":"{event}","createdAt":"2027-01-15T08:00:00.000Z",{one},"ip":"::1",{other}}}"#
            );
            // With the longest text in both fields, the body would exceed the limit of 1 MiB.
            let body = match body.len() > 1 << 20 {
                true => body.replacen(&written, "null", 1),
                false => body,
            };
            let signature = signature(KEY, body.as_bytes());
            let app = webhook(&world.revocations);
            let answer = send(&app, delivery(body, Some(&signature))).await;
            assert_eq!(answer.status, 200, "{event}: {what}");
            let refused = logto.verify(&alice).await.unwrap_err();
            assert_eq!(refused.code(), RejectionCode::Revoked, "{event}: {what}");
            logto.verify(&bob).await.unwrap();
        }
    }
}
