//! Before `fleet webhooks` ends, it appends its pending records to the revocation log.

use logto_runtime::test_util::TestTenant;

use super::{
    redis::{self, Server},
    running::{KEY, Running},
};

/// The process retries a failed append every half a second or sooner. If a retry succeeds before SIGTERM, the
/// round tests nothing. It is unlikely that this happens in all five rounds.
#[test]
fn a_revocation_that_is_not_in_the_log_is_appended_when_the_process_is_told_to_end() {
    if !redis::is_installed() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let tenant = TestTenant::start();
    let mut server = Server::start(&["--appendonly", "yes"]);
    for round in 0..5 {
        let mut receiver = Running::start("webhooks", &tenant, &server);
        let url = format!("http://127.0.0.1:{}/webhooks/logto", receiver.port);
        tenant.send_webhooks_to(url, KEY);
        server.kill();
        let user = format!("alice-{round}");
        let answer = runtime.block_on(tenant.suspend(&user)).unwrap();
        assert_eq!(
            answer, 503,
            "the log is out of reach, so Logto must get 503"
        );
        server.restart();
        assert!(
            receiver.terminate(),
            "the process must end without an error"
        );
        let records = server.command("XRANGE {n}:revoked - +").unwrap();
        assert!(
            records.contains(&user),
            "the revocation of {user} must be in the log after the end of the process: {records}"
        );
    }
}
