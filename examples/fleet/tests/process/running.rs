//! A process of the fleet that a test starts, and that ends with the test.

use std::{
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use logto_runtime::test_util::TestTenant;

use super::{redis::Server, reserved::Reserved};

/// The signing key of the tenant's webhook.
pub(crate) const KEY: &str = "0123456789abcdef";

/// A running `fleet api` or `fleet webhooks`.
pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
    _reserved: Reserved,
}

impl Running {
    /// Starts the process with this role, and waits until it listens.
    pub(crate) fn start(role: &str, tenant: &TestTenant, server: &Server) -> Self {
        let reserved = Reserved::new(0).unwrap();
        let port = reserved.port;
        let child = Command::new(env!("CARGO_BIN_EXE_fleet"))
            .arg(role)
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
        let mut process = Self {
            child,
            port,
            _reserved: reserved,
        };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let runs = process.child.try_wait().unwrap().is_none();
            assert!(
                runs && began.elapsed() < Duration::from_secs(10),
                "the process must listen"
            );
            sleep(Duration::from_millis(5));
        }
        process
    }

    /// Sends SIGTERM, and waits until the process has ended. Returns whether it ended without an error.
    pub(crate) fn terminate(&mut self) -> bool {
        self.tell_to_end();
        self.ended()
    }

    /// Sends SIGTERM.
    pub(crate) fn tell_to_end(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success(), "the process must still run");
    }

    /// Waits until the process has ended. Returns whether it ended without an error.
    pub(crate) fn ended(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
