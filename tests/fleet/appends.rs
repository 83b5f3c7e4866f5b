//! A process that takes webhooks, but whose server takes no records from it.

use axum::http::StatusCode;
use tokio::time::{Duration, sleep, timeout};

use super::{
    SOON,
    replica::{Replica, tenant, token},
    server::{Server, machine},
    setup::{READER, WRITER, add_user},
};

/// What an administrator does to the server, and how he mends it.
struct Fault {
    name: &'static str,
    command: &'static [&'static str],
    mend: &'static [&'static str],
    /// What the health of the receiver says.
    error: &'static str,
}

const FAULTS: [Fault; 3] = [
    Fault {
        name: "the user may not append",
        command: &["ACL", "SETUSER", "writer", "-xadd"],
        mend: &["ACL", "SETUSER", "writer", "+xadd"],
        error: "give the user the rights that the page on revocation lists",
    },
    Fault {
        name: "the server is full",
        command: &["CONFIG", "SET", "maxmemory", "1"],
        mend: &["CONFIG", "SET", "maxmemory", "0"],
        error: "its `maxmemory` is reached",
    },
    Fault {
        name: "the server is a read-only replica of one that is gone",
        command: &["REPLICAOF", "127.0.0.1", "1"],
        mend: &["REPLICAOF", "NO", "ONE"],
        error: "name the primary server, not one of its replicas",
    },
];

impl Server {
    fn obey(&self, command: &[&str]) {
        assert_eq!(self.command(command), "OK", "{command:?}");
    }
}

/// The webhook gets 503, and no beat says that everything is in the log.
#[tokio::test]
async fn a_receiver_whose_server_takes_no_records_counts_as_silent() {
    let Some(machine) = machine().await else {
        return;
    };
    for Fault {
        name,
        command,
        mend,
        error,
    } in FAULTS
    {
        let server = machine.server();
        let tenant = tenant();
        let writer = add_user(&server, "writer", &format!("{WRITER} +info"));
        let receiver = Replica::receiver(&tenant, writer).await;
        let reader = add_user(&server, "reader", &format!("{READER} +info"));
        let replica = Replica::start(&tenant, reader);
        replica.until_heard(&tenant).await;
        let alice = token(&tenant, "alice");
        server.obey(command);
        let answer = receiver.deliver_deletion("alice").await;
        assert_eq!(answer, StatusCode::SERVICE_UNAVAILABLE, "{name}");
        // The receiver notes the error once its next reading ends, which can be later.
        let silent = async {
            while replica.health().silent_for_seconds <= Some(15)
                || receiver.health().last_error.is_none()
            {
                tenant.advance(Duration::from_millis(100));
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(5 * SOON, silent).await.expect(name);
        replica.verify(&alice).await.unwrap();
        for replica in [&replica, &receiver] {
            assert!(replica.health().degraded, "{name}");
        }
        let health = receiver.health();
        assert_eq!(health.pending, 1, "{name}");
        let last_error = health.last_error.unwrap_or_default();
        assert!(last_error.contains(error), "{name}: {last_error}");

        server.obey(mend);
        replica.until_refused(&alice).await;
        replica.until_heard(&tenant).await;
    }
}
