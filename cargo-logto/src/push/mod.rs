//! `cargo logto push`: creates in the tenant what only `logto.toml` has.
//!
//! Prints a plan, and runs exactly this plan. With `--dry-run`, only prints the plan. Nothing is deleted,
//! renamed or assigned. A plan has only what the tenant lacks. So after an interrupted run, the next run does
//! the rest.

mod plan;

use std::{
    collections::HashMap,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::Path,
};

use logto_management::{Created, Management};

use self::plan::{Plan, Step};
use crate::{
    cli::PushOptions,
    failure::{Exit, Failure},
    progress::during,
    project::Project,
    tenant::{Tenant, connect},
    text::counted,
};

pub(crate) async fn run(
    manifest_path: Option<&Path>,
    options: &PushOptions,
) -> Result<Exit, Failure> {
    let project = Project::find(manifest_path)?;
    let (file, manifest) = project.manifest()?;
    let management = connect()?;
    let endpoint = management.endpoint();
    let tenant = Tenant::read(&management).await?;
    let plan = Plan::new(&manifest, &tenant);
    if plan.steps.is_empty() {
        note!("{endpoint} has everything that {file} declares");
        return Ok(Exit::InSync);
    }
    note!("{endpoint} lacks these items of {file}:");
    out!("{plan}");
    if options.dry_run {
        return Ok(Exit::Differences);
    }
    if !options.yes && !confirmed(plan.steps.len(), endpoint)? {
        note!("nothing was created");
        return Ok(Exit::Differences);
    }
    let what = format!("creating in {endpoint}");
    during(&what, execute(&plan, &tenant, &management)).await?;

    // The run succeeded if the tenant now has everything, whoever created it.
    let tenant = Tenant::read(&management).await?;
    let left = Plan::new(&manifest, &tenant);
    if !left.steps.is_empty() {
        out!("{left}");
        return Err(Failure::tenant(format!(
            "{endpoint} still lacks the above; run `cargo logto push` again"
        )));
    }
    note!(
        "{endpoint} now has everything that {file} declares; assign the new scopes to roles in the console"
    );
    Ok(Exit::InSync)
}

/// Asks the user whether to create `count` items. Fails if input or stderr is not a terminal.
fn confirmed(count: usize, endpoint: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::configuration(
            "nobody can be asked here, because input or stderr is not a terminal; write `--yes` \
             to create what the plan shows",
        ));
    }
    let question = format!("Create {} in {endpoint}? [y/N] ", counted(count, "item"));
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::configuration(format!("can't read the answer: {error}")))?;
    let answer = answer.trim().to_ascii_lowercase();
    Ok(answer == "y" || answer == "yes")
}

/// Runs the steps in order. An item that exists already counts as done.
async fn execute(plan: &Plan, tenant: &Tenant, management: &Management) -> Result<(), Failure> {
    let existing = tenant.resources.iter();
    let mut ids: HashMap<String, String> = existing
        .map(|resource| (resource.indicator.clone(), resource.id.clone()))
        .collect();
    for step in &plan.steps {
        let existed = match step {
            Step::Resource { indicator, name } => {
                let created = management.create_resource(name, indicator).await?;
                let existed = created == Created::Existed;
                let id = match created {
                    Created::New(resource) => Some(resource.id),
                    Created::Existed => id_of(management, indicator).await?,
                };
                ids.extend(id.map(|id| (indicator.clone(), id)));
                existed
            }
            Step::Scope { indicator, scope } => match ids.get(indicator) {
                Some(id) => management.create_scope(id, scope).await? == Created::Existed,
                // `run` reads the tenant again at the end, and reports what is missing.
                None => continue,
            },
            Step::Permission { permission } => {
                management.create_organization_scope(permission).await? == Created::Existed
            }
        };
        let verb = if existed { "exists" } else { "created" };
        note!("{verb:<8}{step}");
    }
    Ok(())
}

/// Returns the id of a resource that somebody else created.
async fn id_of(management: &Management, indicator: &str) -> Result<Option<String>, Failure> {
    let resources = management.resources().await?;
    let mut resources = resources.into_iter();
    let found = resources.find(|resource| resource.indicator == indicator);
    Ok(found.map(|resource| resource.id))
}
