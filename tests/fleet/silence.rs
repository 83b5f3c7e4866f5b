//! A replica sees no new beat (sign of life) of a receiver, a process that receives webhooks. The tests check
//! the modes of `Silence`, and how the replica recovers.

use std::time::Duration;

use logto_runtime::{RejectionCode, RevocationHealth, Silence};
use tokio::time::{Instant, sleep, timeout};

use super::{
    MINUTE, SOON, bound, is_long,
    proxy::Proxy,
    replica::{Replica, old_token, tenant, token},
    server::{Machine, machine},
    users::{READER, add_user},
};

const MODES: [Silence; 3] = [
    Silence::Serve,
    Silence::RefuseOlderThan(MINUTE),
    Silence::Unavailable(MINUTE),
];

/// Why a replica sees no new beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The network between the replica and the server is cut.
    Partition,
    /// After a failover, the replica still reads from the server that was the primary.
    OldPrimary,
    /// The receiver ends.
    ReceiverDied,
}

/// The longest time from the end of the cause to the end of the silence. `logto-runtime/docs/revocation.md`
/// says 8 s: the next beat is written within five seconds, and the replica then reads it. `SOON` is added for
/// a busy machine.
const SILENCE_ENDS_WITHIN: Duration = Duration::from_secs(8).saturating_add(SOON);

/// The minute of silence passes on the clock of the tenant, or with `LOGTO_FLEET_LONG` in real time. After
/// the end of the cause, the time until the silence ends is always real.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_after_a_minute_of_silence_are_answered_as_the_mode_says_until_the_silence_ends() {
    let Some(machine) = machine().await else {
        return;
    };
    for cause in [Cause::Partition, Cause::OldPrimary, Cause::ReceiverDied] {
        let modes = MODES.map(|mode| fall_silent_and_recover(&machine, cause, mode));
        futures_util::future::join_all(modes).await;
    }
}

async fn fall_silent_and_recover(machine: &Machine, cause: Cause, mode: Silence) {
    let [server, old_primary] = [machine.server(), machine.server()];
    let tenant = tenant();
    // The receiver connects to the server directly, and the replica through a proxy.
    let proxy = Proxy::start(&server).await;
    let mut receiver = Some(Replica::receiver(&tenant, server.log()).await);
    let replica = Replica::with(&tenant, proxy.log(), |it| it.when_silent(mode));
    replica.revocations.accept_empty_log();
    replica.until_heard(&tenant).await;
    receiver.as_ref().unwrap().revoke("known").await.unwrap();
    let known = token(&tenant, "known");
    replica.until_refused(&known).await;

    match cause {
        Cause::Partition => proxy.cut(),
        Cause::OldPrimary => {
            copy(&server, &old_primary);
            let before = proxy.connections();
            proxy.lead_to(&old_primary);
            let moved = |_: &RevocationHealth| proxy.connections() >= before + 2;
            replica.until("moved", moved).await;
        }
        Cause::ReceiverDied => receiver = None,
    }
    if is_long() {
        sleep(MINUTE + SOON).await;
    } else {
        tenant.advance(MINUTE + SOON);
    }
    if let Some(receiver) = &receiver {
        receiver.revoke("meanwhile").await.unwrap();
    }
    let old = old_token(&tenant, "old", 2 * MINUTE);
    let meanwhile = old_token(&tenant, "meanwhile", 2 * MINUTE);
    let young = token(&tenant, "young");
    let expected = match mode {
        Silence::RefuseOlderThan(_) => [Some(RejectionCode::OlderThanRevocations), None],
        Silence::Unavailable(_) => [Some(RejectionCode::RevocationsUnavailable); 2],
        _ => [None; 2],
    };
    for old in [&old, &meanwhile] {
        let got = [replica.code(old).await, replica.code(&young).await];
        assert_eq!(got, expected, "{cause:?} {mode:?}");
    }
    assert!(replica.refuses(&known).await, "{cause:?} {mode:?}");
    assert!(replica.health().degraded, "{cause:?} {mode:?}");

    let mended = Instant::now();
    match cause {
        Cause::Partition => proxy.mend(),
        Cause::OldPrimary => proxy.lead_to(&server),
        Cause::ReceiverDied => {
            let new = Replica::receiver(&tenant, server.log()).await;
            new.revoke("meanwhile").await.unwrap();
            receiver = Some(new);
        }
    }
    let read_after = replica.until_refused(&meanwhile).await - mended.into_std();
    assert!(
        read_after < bound(),
        "{cause:?} {mode:?}: the missed revocation must be read within {:?}, not {read_after:?}",
        bound()
    );
    // The silence has ended when both tokens are accepted and the health is not degraded.
    let silence_ends = async {
        while replica.health().degraded
            || [replica.code(&old).await, replica.code(&young).await] != [None; 2]
        {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let ended = timeout(2 * SILENCE_ENDS_WITHIN, silence_ends).await.is_ok();
    let ends_after = mended.elapsed();
    assert!(
        ended && ends_after < SILENCE_ENDS_WITHIN,
        "{cause:?} {mode:?}: the silence must end within {SILENCE_ENDS_WITHIN:?}, not {ends_after:?}: {:?}",
        replica.health()
    );
    report!(
        "{cause:?}, {mode:?}: the missed revocation was read after {read_after:?}, and the silence ended after \
         {ends_after:?}"
    );
    drop(receiver);
}

/// A replica has two connections, and the test closes one of them. The test finds it by its last command:
/// `xread` for the connection that reads records, and `time` for the one that reads the state of the log. The
/// replica opens it again to the new primary. This must work even without the right `+info`. Without this
/// right, the replica can't tell the servers apart.
#[tokio::test]
async fn a_replica_with_one_connection_to_the_old_primary_follows_the_new_primary() {
    let Some(machine) = machine().await else {
        return;
    };
    for (breaks, more_rights) in [
        ("time", " +info"),
        ("time", ""),
        ("xread", " +info"),
        ("xread", ""),
    ] {
        let [server, old_primary] = [machine.server(), machine.server()];
        for server in [&server, &old_primary] {
            add_user(server, "reader", &format!("{READER}{more_rights}"));
        }
        let tenant = tenant();
        let proxy = Proxy::start(&old_primary).await;
        let before = Replica::receiver(&tenant, old_primary.log().log_name("fleet")).await;
        before.revoke("known").await.unwrap();
        let replica = Replica::start(&tenant, proxy.log_of("reader"));
        replica.until_heard(&tenant).await;
        copy(&old_primary, &server);
        drop(before);
        proxy.lead_new_to(&server);
        let connections = old_primary.command(&["CLIENT", "LIST"]);
        let breaking = format!(" cmd={breaks} ");
        // The connections of the old receiver may still be open. So two connections can match.
        for connection in connections.lines().filter(|it| it.contains(&breaking)) {
            let id = connection.split([' ', '=']).nth(1).unwrap();
            old_primary.command(&["CLIENT", "KILL", "ID", id]);
        }
        let receiver = Replica::receiver(&tenant, server.log().log_name("fleet")).await;
        receiver.revoke("meanwhile").await.unwrap();
        let meanwhile = token(&tenant, "meanwhile");
        let refused = async {
            while !replica.refuses(&meanwhile).await {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let refused = timeout(6 * SOON, refused).await;
        assert!(
            refused.is_ok(),
            "{breaks}{more_rights}: {:?}",
            replica.health()
        );
        replica.until_heard(&tenant).await;
    }
}

#[tokio::test]
async fn a_revocation_that_an_old_primary_acknowledged_reaches_the_new_one() {
    let Some(machine) = machine().await else {
        return;
    };
    let [server, old_primary] = [machine.server(), machine.server()];
    let tenant = tenant();
    let proxy = Proxy::start(&old_primary).await;
    let [cut_off, other] = [
        Replica::start(&tenant, proxy.log()),
        Replica::start(&tenant, server.log()),
    ];
    for replica in [&cut_off, &other] {
        replica.ready().await;
    }
    cut_off.revoke("alice").await.unwrap();
    other.revoke("bob").await.unwrap();
    let moved = Instant::now();
    proxy.lead_to(&server);
    let [alice, bob] = ["alice", "bob"].map(|user| token(&tenant, user));
    cut_off.until_refused(&bob).await;
    let healed = other.until_refused(&alice).await - moved.into_std();
    assert!(healed < bound(), "{healed:?}");
}

#[tokio::test]
async fn a_replica_that_was_cut_off_hears_of_everything_when_the_network_is_back() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let proxy = Proxy::start(&server).await;
    let near = Replica::start(&tenant, server.log());
    let far = Replica::start(&tenant, proxy.log());
    for replica in [&near, &far] {
        replica.ready().await;
    }
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|user| token(&tenant, user));
    near.revoke("alice").await.unwrap();
    far.until_refused(&alice).await;
    proxy.cut();
    near.revoke("bob").await.unwrap();
    let error = far.revoke("carol").await.unwrap_err().to_string();
    assert!(
        error.contains("cannot be written") || error.contains("can't be reached"),
        "{error}"
    );
    // `far` has read the revocation of Alice, and has revoked Carol itself. It does not know about Bob.
    assert!(far.refuses(&alice).await && far.refuses(&carol).await);
    far.verify(&bob).await.unwrap();
    assert!(far.health().degraded);
    sleep(Duration::from_millis(100)).await;
    proxy.mend();
    let mended = Instant::now().into_std();
    let far_knows = far.until_refused(&bob).await - mended;
    let near_knows = near.until_refused(&carol).await - mended;
    report!(
        "after a partition: the cut-off replica knows the other's revocation after {far_knows:?}; the other \
         replica knows the revocation of the cut-off replica after {near_knows:?}"
    );
    let slower = far_knows.max(near_knows);
    assert!(slower < bound(), "{slower:?}");
}

/// Copies the stream and the beat of one server to another, as replication does.
fn copy(from: &super::server::Server, to: &super::server::Server) {
    let key = from.key();
    let beat = key.replace(":revoked", ":receiver");
    let dump = |key: &str| {
        let script = "local hex = '' for c in redis.call('DUMP', KEYS[1]):gmatch('.') do \
                      hex = hex .. string.format('%02x', c:byte()) end return hex";
        from.command(&["EVAL", script, "1", key])
    };
    for key in [&key, &beat] {
        let script = "local raw = ARGV[1]:gsub('%x%x', function(h) return string.char(tonumber(h, 16)) \
                      end) return redis.call('RESTORE', KEYS[1], 0, raw, 'REPLACE')";
        assert_eq!(to.command(&["EVAL", script, "1", key, &dump(key)]), "OK");
    }
}
