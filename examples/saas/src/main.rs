//! Serves the example API. Run `cargo run -p saas`, then open the address that it prints.

mod stop;

use std::{
    env,
    error::Error,
    io,
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use axum::serve;
use logto_runtime::{Revocations, telemetry::describe_metrics};
use metrics_exporter_prometheus::PrometheusBuilder;
use saas::{
    Guide, ORG, PRODUCTS, RemoteGuide, Settings, Table, Tenant, WEBHOOK_KEY, app, embedded,
    explorer, logto,
};
use tokio::net::TcpListener;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// How long open requests may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("saas: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    log_refusals();
    let metrics = PrometheusBuilder::new().install_recorder()?;
    describe_metrics();
    let Settings { port, tenant } = Settings::from_env()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| cannot_listen("PORT", port, &error))?;
    let api = format!("http://{}", listener.local_addr()?);
    // Prints the address before anything is logged.
    println!("{api}/ shows who may call what, and why not: open it in a browser");

    // The embedded tenant stops when it is dropped, so this function keeps it.
    let (logto, guide, revocations, webhook_key, embedded) = match &tenant {
        Tenant::Embedded { port } => {
            let tenant =
                embedded(*port).map_err(|error| cannot_listen("TENANT_PORT", *port, &error))?;
            tenant.send_webhooks_to(format!("{api}/webhooks/logto"), WEBHOOK_KEY);
            let endpoint = tenant.endpoint();
            let guide = Guide::new(&api, endpoint).to_string();
            let revocations = Revocations::in_memory(endpoint);
            let logto = logto(endpoint, PRODUCTS, ORG, &revocations)?;
            (logto, guide, revocations, Some(WEBHOOK_KEY), Some(tenant))
        }
        Tenant::Remote {
            endpoint,
            products,
            org,
            webhook_key,
        } => {
            let guide = RemoteGuide::new(&api, endpoint, products, org).to_string();
            let revocations = Revocations::builder(endpoint).start()?;
            let logto = logto(endpoint, products, org, &revocations)?;
            (logto, guide, revocations, webhook_key.as_deref(), None)
        }
    };
    logto.warm_up().await?;
    println!("\n{Table}\n{guide}");
    let mut explorer = explorer(&logto);
    if let Some(tenant) = &embedded {
        explorer = explorer.tenant(tenant);
    }
    let app = app(logto, &revocations, webhook_key, metrics)?.merge(explorer);
    // The explorer must know the address of each peer.
    let app = app.into_make_service_with_connect_info::<SocketAddr>();

    let (stopping, stop) = (stop::asked()?, stop::asked()?);
    println!("API documentation: {api}/docs/\nlistening on {api}");
    tokio::select! {
        served = serve(listener, app).with_graceful_shutdown(stopping).into_future() => served?,
        () = async { stop.await; tokio::time::sleep(GRACE).await } => {}
    }
    println!("stopped");
    Ok(())
}

fn cannot_listen(variable: &str, port: u16, error: &io::Error) -> String {
    format!("cannot listen on 127.0.0.1:{port}: {error}; set {variable} to a free port")
}

/// Logs to standard error why requests are refused. The responses do not say precisely why. `RUST_LOG` sets
/// the level, for example `RUST_LOG=logto=trace`.
fn log_refusals() {
    let default = || Targets::new().with_target("logto", LevelFilter::DEBUG);
    let targets = env::var_os("RUST_LOG").map_or_else(default, |value| {
        let targets = value.to_str().and_then(|targets| targets.parse().ok());
        targets.unwrap_or_else(|| {
            eprintln!(
                "saas: RUST_LOG is {value:?}, which is not a list of targets and levels; using \
                 logto=debug"
            );
            default()
        })
    });
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    tracing_subscriber::registry()
        .with(log)
        .with(targets)
        .init();
}
