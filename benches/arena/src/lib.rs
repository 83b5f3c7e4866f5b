//! The code that all contestants of the comparison share. A contestant is a program that serves one handler,
//! with a guard or without. This code serves the router on loopback, and measures it in process.
//!
//! The contestants are separate programs. Cargo unifies features within a program, so one program cannot
//! compare two cryptography backends of one crate.

mod allocations;
mod commands;
mod in_process;
mod serve;
mod settings;

use std::io::{self, BufRead, Write};

use tokio::{net::TcpListener, sync::mpsc};

pub use self::{
    commands::{Command, Measured, Order},
    in_process::Guarded,
    settings::{PATH, SCOPE, Settings},
};

/// Runs a contestant until its standard input ends.
///
/// `prepare` builds the router, in the runtime that serves the router. At [`PATH`], the router must answer
/// 200 to tokens that fit the settings and have the scope [`SCOPE`]. A guarded router must answer 401 to a
/// request without a token, and an error status to other tokens.
///
/// Prints the port. Then reads [`Command`]s from standard input, and prints one line for each.
pub fn compete<F, S>(prepare: F)
where
    F: AsyncFnOnce(Settings) -> S,
    S: Guarded,
{
    let settings = Settings::from_environment();
    settings::pin_to(settings.core);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut service = prepare(settings).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        say(listener.local_addr().expect("an address").port());
        tokio::spawn(serve::forever(listener, service.clone()));

        let mut commands = commands();
        while let Some(command) = commands.recv().await {
            let measured = in_process::measure(&mut service, &command).await;
            say(serde_json::to_string(&measured).expect("JSON"));
        }
    });
}

fn say(line: impl std::fmt::Display) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").expect("standard output");
    out.flush().expect("standard output");
}

fn commands() -> mpsc::UnboundedReceiver<Command> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let line = line.expect("standard input");
            let command = serde_json::from_str(&line).expect("a command");
            if sender.send(command).is_err() {
                break;
            }
        }
    });
    receiver
}
