//! A fleet has replicas of an API, a process that receives Logto's webhooks, and a reconciler. The reconciler
//! applies missed webhooks. All these processes share one revocation log in Redis.
//!
//! `fleet` starts a test tenant, three replicas and the other processes. `fleet --replicas 5` starts five
//! replicas. `fleet api`, `fleet webhooks` and `fleet reconciler` start one process each.
//! `fleet reconciler accept` also accepts a new revocation log.

mod api;
mod arguments;
mod demonstration;
mod guide;
mod line;
mod listen;
mod ports;
mod reconciler;
mod redis;
mod serve;
mod settings;
mod stop;
mod webhooks;

use std::{env, error::Error, io, process::ExitCode};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::arguments::Role;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = env::args_os().skip(1);
    let arguments: Vec<_> = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let role = match Role::parse(&arguments) {
        Ok(role) => role,
        Err(error) => return fail(&error),
    };
    let level = match role.name() {
        // This process only starts the others. They log what they do.
        None => LevelFilter::WARN,
        Some(_) => LevelFilter::INFO,
    };
    // The process itself reports a value that is not UTF-8.
    let port = settings::optional("PORT").ok().flatten();
    let port = port.filter(|_| role.name().is_some());
    let name = [role.name().map(str::to_owned), port].into_iter().flatten();
    let name = name.collect::<Vec<_>>().join(" ");
    let log = tracing_subscriber::fmt::layer()
        .with_timer(line::Named(name))
        .with_writer(io::stderr);
    let targets = Targets::new().with_target("logto", level);
    tracing_subscriber::registry()
        .with(log)
        .with(targets)
        .init();
    match run(role).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

async fn run(role: Role) -> Result<(), Box<dyn Error>> {
    match role {
        Role::Demonstration { replicas } => demonstration::run(replicas).await,
        Role::Api => api::run().await,
        Role::Webhooks => webhooks::run().await,
        Role::Reconciler { accept } => reconciler::run(accept).await,
    }
}

fn fail(error: &str) -> ExitCode {
    eprintln!("fleet: {error}");
    ExitCode::FAILURE
}
