//! A replica in its own process. Tests can kill and freeze this process.
//!
//! The process runs this test binary with only the test `answers_commands`. That test reads the commands
//! `ready`, `revoke <user>` and `verify <token>` from its standard input, and answers each command.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write, stdin, stdout},
    process::{self, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use logto_runtime::{Logto, RedisLog, Revocation, Revocations, test_util::TestTenant};
use serde_json::{Value, json};

use super::{SOON, replica::API, server::send};

const SETTINGS: &str = "LOGTO_FLEET_CHILD";

/// The process prints this before each answer. The test harness prints other lines.
const MARK: &str = "answer: ";

pub(super) struct Child {
    process: process::Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Child {
    pub(super) fn start(tenant: &TestTenant, url: &str, environment: &[(&str, &str)]) -> Self {
        let settings = json!({
            "endpoint": tenant.endpoint(), "keys": tenant.jwks_json(), "url": url,
        });
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child::answers_commands", "--nocapture"])
            .env(SETTINGS, settings.to_string())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// Sends a command, and returns the answer.
    pub(super) fn ask(&mut self, command: &str) -> String {
        self.tell(command);
        self.answer()
    }

    pub(super) fn tell(&mut self, command: &str) {
        writeln!(self.input, "{command}").unwrap();
        self.input.flush().unwrap();
    }

    pub(super) fn answer(&mut self) -> String {
        loop {
            let mut line = String::new();
            let length = self.output.read_line(&mut line).unwrap();
            assert_ne!(length, 0, "the process has ended");
            if let Some((_, answer)) = line.split_once(MARK) {
                return answer.trim().to_owned();
            }
        }
    }

    pub(super) fn ready(&mut self) {
        assert_eq!(self.ask("ready"), "ok");
    }

    pub(super) fn until_refused(&mut self, token: &str) {
        let started = Instant::now();
        while self.ask(&format!("verify {token}")) != "revoked" {
            assert!(started.elapsed() < 5 * SOON, "the token is not refused");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops the process, and returns when all of its threads have stopped.
    pub(super) fn stop(&self) {
        let pid = self.process.id();
        send(pid, "-STOP");
        // Without `/proc`, returns after the signal was sent.
        let threads = || {
            fs::read_dir(format!("/proc/{pid}/task"))
                .into_iter()
                .flatten()
        };
        let runs = |thread: fs::DirEntry| {
            let state = fs::read_to_string(thread.path().join("stat"));
            state.is_ok_and(|state| !state.contains(") T "))
        };
        while threads().flatten().any(runs) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(super) fn go_on(&self) {
        send(self.process.id(), "-CONT");
    }

    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Does nothing unless [`Child::start`] has started this process.
#[test]
fn answers_commands() {
    let Ok(settings) = env::var(SETTINGS) else {
        return;
    };
    let settings: Value = serde_json::from_str(&settings).unwrap();
    let text = |name: &str| settings[name].as_str().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let _entered = runtime.enter();
    let log = RedisLog::new(text("url")).unwrap();
    let builder = Revocations::builder(text("endpoint")).log(log);
    let revocations = builder.start().unwrap();
    let logto = Logto::builder(text("endpoint"))
        .jwks_json(text("keys"))
        .resource(API)
        .revocations(&revocations)
        .build()
        .unwrap();
    for line in stdin().lines() {
        let line = line.unwrap();
        let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
        // An `Err` has the text of the answer. For `Ok`, the answer is `ok`.
        let outcome = runtime.block_on(async {
            match command {
                "ready" => revocations.ready().await.map_err(|it| it.to_string()),
                "revoke" => {
                    let revocation = Revocation::subject(argument);
                    let done = revocations.revoke(revocation).await;
                    done.map_err(|it| it.to_string())
                }
                _ => match logto.verify(argument).await {
                    Ok(_) => Err("accepted".to_owned()),
                    Err(rejection) => Err(rejection.code().as_str().to_owned()),
                },
            }
        });
        println!("{MARK}{}", outcome.err().unwrap_or("ok".to_owned()));
        stdout().flush().unwrap();
    }
}
