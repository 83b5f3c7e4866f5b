//! The webhooks of the test tenant have the JSON fields of the recorded webhooks.

use std::{fs, path::Path, sync::Arc};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc};

use super::{KEY, World, signature};

type Received = (HeaderMap, Bytes);

async fn receive(
    State(sender): State<mpsc::Sender<Received>>,
    headers: HeaderMap,
    body: Bytes,
) -> &'static str {
    sender.send((headers, body)).await.unwrap();
    ""
}

/// Returns the names of the JSON fields of a body, followed by those of its `params`.
fn field_names(body: &Value) -> Vec<String> {
    let fields = |value: &Value| Vec::from_iter(value.as_object().unwrap().keys().cloned());
    let mut names = fields(body);
    names.extend(fields(&body["params"]));
    names
}

fn recorded(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/webhooks");
    let file = fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str::<Value>(&file).unwrap()["body"].clone()
}

#[tokio::test]
async fn the_webhooks_of_the_tenant_have_the_fields_of_the_recorded_ones() {
    let world = World::start();
    let (sender, mut received) = mpsc::channel(1);
    let app = Router::new().route("/", post(receive)).with_state(sender);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    let tenant = Arc::new(world.tenant);
    assert_eq!(
        tenant.suspend("alice").await,
        None,
        "no webhook was set yet"
    );
    tenant.send_webhooks_to(url, KEY);
    for (number, file, event) in [
        (
            0,
            "user-suspensionstatus-updated.json",
            "User.SuspensionStatus.Updated",
        ),
        (
            1,
            "user-suspensionstatus-updated-2.json",
            "User.SuspensionStatus.Updated",
        ),
        (2, "user-deleted.json", "User.Deleted"),
        (
            3,
            "organization-membership-updated-2.json",
            "Organization.Membership.Updated",
        ),
    ] {
        let status = match number {
            0 => tenant.suspend("alice").await,
            1 => tenant.reactivate("alice").await,
            2 => tenant.delete_user("alice").await,
            _ => tenant.remove_member("acme", "alice").await,
        };
        assert_eq!(status.unwrap(), 200, "{event}");
        let (headers, body) = received.recv().await.unwrap();
        assert_eq!(headers["logto-signature-sha-256"], *signature(KEY, &body));
        let sent: Value = serde_json::from_slice(&body).unwrap();
        let expected = recorded(file);
        assert_eq!(field_names(&sent), field_names(&expected), "{event}");
        assert_eq!(
            (&sent["event"], &expected["event"]),
            (&event.into(), &event.into())
        );
        assert_eq!(sent["createdAt"], "2027-01-15T08:00:00.000Z");
        assert_eq!(sent["status"], expected["status"]);
        let suspended = |body: &Value| body["data"]["isSuspended"].clone();
        assert_eq!(suspended(&sent), suspended(&expected), "{event}");
    }
    tenant.send_webhooks_to("http://127.0.0.1:1", KEY);
    let unreachable = tenant.suspend("alice").await;
    assert_eq!(unreachable, None, "the webhook cannot be reached");
}
