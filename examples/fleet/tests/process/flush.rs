//! Before `fleet webhooks` ends, it appends its pending records to the revocation log.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use logto_runtime::test_util::TestTenant;

use super::redis::{self, Server};

const KEY: &str = "0123456789abcdef";

/// The receiver of webhooks, as a process of its own.
struct Receiver {
    child: Child,
    port: u16,
}

impl Receiver {
    /// Starts the process, and waits until it listens.
    fn start(tenant: &TestTenant, server: &Server) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let child = Command::new(env!("CARGO_BIN_EXE_fleet"))
            .arg("webhooks")
            .env(
                "REDIS_URL",
                format!("redis+unix://{}", server.socket().display()),
            )
            .env("LOG_NAME", "n")
            .env("LOGTO_ENDPOINT", tenant.endpoint())
            .env("LOGTO_WEBHOOK_KEY", KEY)
            .env("PORT", port.to_string())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut receiver = Self { child, port };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let runs = receiver.child.try_wait().unwrap().is_none();
            assert!(
                runs && began.elapsed() < Duration::from_secs(10),
                "the process must listen"
            );
            sleep(Duration::from_millis(5));
        }
        receiver
    }

    /// Sends SIGTERM, and waits until the process has ended. Returns whether it ended without an error.
    fn terminate(&mut self) -> bool {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success(), "the process must still run");
        self.child.wait().unwrap().success()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
        let mut receiver = Receiver::start(&tenant, &server);
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
