//! A receiver (a process for webhooks) can read from Redis, but cannot append records.

use axum::http::StatusCode;
use tokio::time::{Duration, sleep, timeout};

use super::{
    SOON,
    replica::{Replica, tenant, token},
    server::{Server, machine},
    users::{READER, WRITER, add_user},
};

/// A fault of the server, with the Redis commands that cause and end it.
struct Fault {
    name: &'static str,
    cause: &'static [&'static str],
    end: &'static [&'static str],
    /// A part of the error in the health of the receiver.
    error: &'static str,
}

const FAULTS: [Fault; 3] = [
    Fault {
        name: "the user has no right to append",
        cause: &["ACL", "SETUSER", "writer", "-xadd"],
        end: &["ACL", "SETUSER", "writer", "+xadd"],
        error: "give the user the rights listed on the page about revocation",
    },
    Fault {
        name: "the server is full",
        cause: &["CONFIG", "SET", "maxmemory", "1"],
        end: &["CONFIG", "SET", "maxmemory", "0"],
        error: "its `maxmemory` is reached",
    },
    Fault {
        name: "the server is a read-only replica of a server that is gone",
        cause: &["REPLICAOF", "127.0.0.1", "1"],
        end: &["REPLICAOF", "NO", "ONE"],
        error: "name the primary server, not one of its replicas",
    },
];

impl Server {
    fn run_ok(&self, command: &[&str]) {
        assert_eq!(self.command(command), "OK", "{command:?}");
    }
}

/// Webhooks get 503. The receiver stops its beats (signs of life in the log), because a beat would say that
/// all revocations of the receiver are in the log.
#[tokio::test]
async fn a_receiver_whose_server_accepts_no_records_counts_as_silent() {
    let Some(machine) = machine().await else {
        return;
    };
    for Fault {
        name,
        cause,
        end,
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
        server.run_ok(cause);
        let answer = receiver.deliver_deletion("alice").await;
        assert_eq!(answer, StatusCode::SERVICE_UNAVAILABLE, "{name}");
        // The receiver notes the error only when its next reading of the log ends. So the loop waits for the
        // error, too.
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

        server.run_ok(end);
        replica.until_refused(&alice).await;
        replica.until_heard(&tenant).await;
    }
}
