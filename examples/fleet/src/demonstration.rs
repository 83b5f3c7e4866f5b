//! Starts a tenant and all processes of the fleet on this machine.

use std::{
    env,
    error::Error,
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use logto_runtime::test_util::{Client, TestTenant, User};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

use crate::{
    guide::{Guide, MANAGEMENT},
    listen::check_free,
    ports::Ports,
    redis,
    settings::{ORDERS, VARIABLES, optional, port},
    stop,
};

/// The signing key of the tenant's webhook.
const KEY: &str = "webhook-of-the-demonstration";

pub(crate) async fn run(replicas: u16) -> Result<(), Box<dyn Error>> {
    let first = port("PORT", 3100)?;
    let tenant_port = port("TENANT_PORT", 3001)?;
    let ports = Ports::choose(first, replicas, tenant_port)?;
    check_free(&ports.all())?;
    let Ports { replicas, webhooks } = ports;
    let folder = tempfile::tempdir()?;
    let (_server, redis) = match optional("REDIS_URL")? {
        Some(url) => (None, url),
        None => {
            let (server, url) = redis::start(folder.path()).await?;
            (Some(server), url)
        }
    };
    let tenant = tenant(tenant_port).map_err(|error| {
        format!("cannot listen on 127.0.0.1:{tenant_port}: {error}; set TENANT_PORT to a free port")
    })?;
    let webhook = format!("http://127.0.0.1:{webhooks}/webhooks/logto");
    tenant.send_webhooks_to(&webhook, KEY);

    let process = |role: &[&str], settings: &[(&str, &str)]| {
        let mut process = Command::new(env::current_exe()?);
        // The user's shell can have settings for other processes, such as LOGTO_RESOURCE.
        for variable in VARIABLES {
            process.env_remove(variable);
        }
        process
            .args(role)
            .env("REDIS_URL", &redis)
            .env("LOGTO_ENDPOINT", tenant.endpoint())
            .envs(settings.iter().copied())
            .kill_on_drop(true)
            .spawn()
    };
    println!(
        "starting; errors about a new revocation log are expected until the reconciler has accepted it"
    );
    let port = webhooks.to_string();
    let key = ("LOGTO_WEBHOOK_KEY", KEY);
    let mut receiver = process(&["webhooks"], &[("PORT", &port), key])?;
    wait_until_it_listens(&mut receiver, webhooks).await?;
    let mut reconciler = process(
        // Nobody was revoked before this tenant and its webhook were created, so the new log is complete.
        &["reconciler", "accept"],
        &[
            ("WEBHOOK_URL", &*webhook),
            ("LOGTO_M2M_APP_ID", MANAGEMENT),
            ("LOGTO_M2M_APP_SECRET", "management-secret"),
            // Shorter than the default of 30 s, so that the demonstration does not wait long.
            ("RECONCILE_SECONDS", "3"),
        ],
    )?;
    let mut apis = Vec::new();
    for replica in &replicas {
        let port = replica.to_string();
        let mut api = process(&["api"], &[("PORT", &port)])?;
        wait_until_it_listens(&mut api, *replica).await?;
        apis.push(api);
    }
    for process in [&mut receiver, &mut reconciler]
        .into_iter()
        .chain(&mut apis)
    {
        if let Some(status) = process.try_wait()? {
            return Err(format!("a process has ended ({status}); its error is above").into());
        }
    }
    let tokens = ["alice", "bob"].map(|user| tenant.token().user(user).resource(ORDERS).mint());
    print!(
        "{}",
        Guide {
            replicas: &replicas,
            tenant: tenant.endpoint(),
            receiver: receiver.id().unwrap_or_default(),
            redis: &redis,
            webhooks: (webhooks, KEY),
            alice: &tokens[0],
            bob: &tokens[1],
        }
    );
    println!("the fleet is running; Ctrl-C ends it");
    stop::asked()?.await;
    Ok(())
}

fn tenant(port: u16) -> std::io::Result<TestTenant> {
    let management = Client::new(MANAGEMENT, "management-secret");
    let user = |id: &str| User::new(id).scopes(ORDERS, ["read:orders"]);
    TestTenant::builder()
        .port(port)
        .resource(ORDERS, ["read:orders"])
        .client(management.scopes("https://default.logto.app/api", ["all"]))
        .user(user("alice"))
        .user(user("bob"))
        .try_start()
}

/// Waits until a process listens on its port.
async fn wait_until_it_listens(process: &mut Child, port: u16) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    loop {
        if let Some(status) = process.try_wait()? {
            let fix = "its error is above; if the port is in use, set PORT to the first of several free ports";
            return Err(format!("the process for port {port} has ended ({status}); {fix}").into());
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_ok()
        {
            return Ok(());
        }
        if began.elapsed() > Duration::from_secs(30) {
            return Err(format!("nothing answers at port {port}; the lines above say why").into());
        }
        sleep(Duration::from_millis(20)).await;
    }
}
