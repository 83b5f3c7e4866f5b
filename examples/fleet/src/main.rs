//! A fleet has replicas of an API, a process that receives Logto's webhooks, and a reconciler. They share one
//! revocation log in Redis.
//!
//! `fleet` starts all of them, with their own tenant. `fleet api`, `fleet webhooks` and `fleet reconciler`
//! start one process each. `fleet reconciler accept` also accepts a new revocation log.

mod api;
mod demonstration;
mod guide;
mod line;
mod listen;
mod reconciler;
mod redis;
mod settings;
mod stop;
mod webhooks;

use std::{env, error::Error, io, process::ExitCode};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

#[tokio::main]
async fn main() -> ExitCode {
    let role = env::args().nth(1);
    let level = match &role {
        // This process only starts the others. They log what they do.
        None => LevelFilter::WARN,
        Some(_) => LevelFilter::INFO,
    };
    let port = settings::optional("PORT").filter(|_| role.is_some());
    let name = [role.clone(), port].into_iter().flatten();
    let name = name.collect::<Vec<_>>().join(" ");
    let log = tracing_subscriber::fmt::layer()
        .with_timer(line::Named(name))
        .with_writer(io::stderr);
    let targets = Targets::new().with_target("logto", level);
    tracing_subscriber::registry()
        .with(log)
        .with(targets)
        .init();
    match run(role.as_deref(), env::args().nth(2).as_deref()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fleet: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(role: Option<&str>, argument: Option<&str>) -> Result<(), Box<dyn Error>> {
    match (role, argument) {
        (None, _) => demonstration::run().await,
        (Some("api"), None) => api::run().await,
        (Some("webhooks"), None) => webhooks::run().await,
        (Some("reconciler"), None) => reconciler::run(false).await,
        (Some("reconciler"), Some("accept")) => reconciler::run(true).await,
        (Some("api" | "webhooks" | "reconciler"), Some(other)) => {
            let fix = "leave it out, or write `reconciler accept` to accept a new revocation log";
            Err(format!("`{other}` is not an argument of this process; {fix}").into())
        }
        (Some(other), _) => {
            let roles = "write `api`, `webhooks` or `reconciler`, or nothing to start them all";
            Err(format!("`{other}` is not a process of the fleet; {roles}").into())
        }
    }
}
