//! `cargo logto check`: compares `logto.toml` with the guards in the source and with the tenant.
//!
//! - `offline`: compares the file with the source
//! - `online`: compares the file with the tenant
//! - `guards`: compares the guards with the tenant
//! - `webhook`: checks token lifetimes and the webhook of a program with revocation

mod guards;
mod offline;
mod online;
mod webhook;

use std::path::Path;

use crate::{
    cli::{CheckOptions, Format},
    failure::{Exit, Failure},
    finding::{self, Finding, Severity},
    progress::during,
    project::{Project, invalid_file},
    report,
    source::Source,
    tenant::{Tenant, connect},
};

pub(crate) async fn run(
    manifest_path: Option<&Path>,
    options: &CheckOptions,
) -> Result<Exit, Failure> {
    let format = report::format(options.format);
    let mut findings = match find(manifest_path, options, format).await {
        Ok(findings) => findings,
        Err(failure) => {
            report::print_failure(format, &failure);
            return Err(failure);
        }
    };
    if options.strict {
        for finding in &mut findings {
            finding.severity = Severity::Error;
        }
    }
    finding::sort(&mut findings);
    report::print(format, &findings);
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    Ok(if findings.iter().any(is_error) {
        Exit::Differences
    } else {
        Exit::InSync
    })
}

async fn find(
    manifest_path: Option<&Path>,
    options: &CheckOptions,
    format: Format,
) -> Result<Vec<Finding>, Failure> {
    let project = Project::find(manifest_path)?;
    let Some(read) = project.read()? else {
        return Err(project.missing());
    };
    let manifest = read.parsed.map_err(|mistakes| {
        if format == Format::Github {
            let annotations: Vec<_> = mistakes
                .iter()
                .map(|it| Finding::error("invalid_file", &it.message).at_line(&read.shown, it.line))
                .collect();
            report::print(format, &annotations);
        }
        invalid_file(&read.shown, &mistakes)
    })?;
    let file = read.shown;
    let source = Source::read(&project.root)?;
    let mut findings = source.unread.clone();
    let unknown = offline::unknown(&file, &manifest, &source);
    findings.extend(offline::unused(&file, &manifest, &source));
    if options.offline {
        findings.extend(unknown.into_iter().map(|it| it.finding));
        return Ok(findings);
    }
    let management = connect()?;
    let tenant = Tenant::read(&management).await?;
    findings.extend(guards::with_hints(unknown, &tenant));
    findings.extend(online::compare(&file, &manifest, &tenant));
    findings.extend(guards::without_resource(&manifest, &source, &tenant));
    let rest = async {
        let roles = management.organization_roles().await?;
        findings.extend(guards::granted_by_organizations(
            &manifest, &source, &tenant, &roles,
        ));
        if source.revocation.is_used {
            findings.extend(webhook::lifetimes(
                &file,
                &manifest,
                &source.revocation,
                &tenant,
            ));
            findings.extend(webhook::webhook(&source.revocation, &management).await?);
        }
        Ok(findings)
    };
    during("reading roles and webhooks", rest).await
}
