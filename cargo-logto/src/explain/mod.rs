//! `cargo logto explain`: shows which guards of the program accept an access token, and why others do not.
//!
//! Verifies the token with the code of `logto-runtime` and the key set of the tenant. Then checks the
//! requirement of each guard, with the code that checks requests in the program. Ignores the settings in the
//! source of the program, such as `deny_if`. Fetches only the key set, without a secret. Never prints the
//! token itself.
//!
//! - `token`: reads the token, and the claims of a token that is not valid
//! - `requirement`: turns a guard of the source into the requirement that the program checks

mod requirement;
mod token;

use std::{
    env::{self, VarError},
    path::Path,
    time::SystemTime,
};

use anstyle::{AnsiColor, Style};
use logto_management::Management;
use logto_manifest::Manifest;
use logto_runtime::{__private, AuthInfo, Logto, LogtoBuilder, Rejection};

use self::requirement::Requirements;
use crate::{
    cli::ExplainOptions,
    failure::{Exit, Failure},
    progress::during,
    project::Project,
    report,
    source::{
        Source,
        guard::{Guard, Kind},
    },
    text::{counted, plain},
};

const ACCEPTED: Style = AnsiColor::Green.on_default();
const REFUSED: Style = AnsiColor::Red.on_default();

pub(crate) async fn run(
    manifest_path: Option<&Path>,
    options: ExplainOptions,
) -> Result<Exit, Failure> {
    let token = token::read(options)?;
    let project = Project::find(manifest_path)?;
    let (_, manifest) = project.manifest()?;
    let source = Source::read(&project.root)?;
    let logto = logto(&manifest)?;
    // Guards in these files are missing below.
    report::note(&source.unread);
    let verified = during("fetching the key set", logto.verify(&token)).await;
    let auth = match verified {
        Ok(auth) => auth,
        Err(rejection) => return refused(&token, &rejection),
    };
    out!("{}", caller(&auth));
    let requirements = Requirements::new(&manifest, &source.guards);
    let mut accepted = 0;
    for guard in &source.guards {
        if explain(guard, &requirements, &auth).await {
            accepted += 1;
        }
    }
    if source.guards.is_empty() {
        note!("the source does not have guards; add one, such as `#[require_scopes(…)]`");
        return Ok(Exit::Differences);
    }
    note!(
        "{accepted} of {} accept this token; the page `troubleshooting` of logto-runtime explains \
         each code",
        counted(source.guards.len(), "guard")
    );
    Ok(match accepted {
        0 => Exit::Differences,
        _ => Exit::InSync,
    })
}

/// Builds a verifier from environment variables and the resources of the file. Adds the default resource
/// first, because a `Logto` uses its first resource as the default.
///
/// Reads the variables like `Logto::from_env`, so blank entries of the list of issuers are skipped.
fn logto(manifest: &Manifest) -> Result<Logto, Failure> {
    let mut builder: LogtoBuilder = Logto::builder(Management::endpoint_from_env()?);
    let issuers = variable("LOGTO_ISSUER")?.unwrap_or_default();
    for issuer in issuers.split(',').map(str::trim) {
        if !issuer.is_empty() {
            builder = builder.issuer(issuer);
        }
    }
    if let Some(url) = variable("LOGTO_JWKS_URI")? {
        builder = builder.jwks_uri(url);
    }
    let mut resources: Vec<_> = manifest.resources.iter().collect();
    resources.sort_by_key(|resource| !resource.default);
    for resource in resources {
        builder = match &resource.name {
            Some(name) => builder.named_resource(name, &resource.indicator),
            None => builder.resource(&resource.indicator),
        };
    }
    builder
        .build()
        .map_err(|error| Failure::configuration(error.to_string()))
}

/// Returns the value of an environment variable without white space around it, or `None` if it is missing or
/// blank.
///
/// A value that is not UTF-8 is a failure. With the default in its place, `explain` could accept other tokens
/// than the program does.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value.trim().to_owned()).filter(|it| !it.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::configuration(format!(
            "{name} is not UTF-8; set it to a text in UTF-8"
        ))),
    }
}

/// Describes a verified token in one line.
fn caller(auth: &AuthInfo) -> String {
    let kind = if auth.is_machine() { "machine" } else { "user" };
    let organization = match auth.organization_id() {
        Some(id) => format!("organization {id}"),
        None => "no organization".to_owned(),
    };
    let audience: Vec<&str> = auth.audience().collect();
    let scopes: Vec<&str> = auth.scopes().collect();
    let scopes = if scopes.is_empty() {
        "no scopes".to_owned()
    } else {
        format!("scopes {}", scopes.join(" "))
    };
    let left = auth.expires_at().duration_since(SystemTime::now());
    let left = left.map_or(0, |left| left.as_secs());
    plain(&format!(
        "valid token of {kind} {}, client {}, {organization}, audience {}, {scopes}, for another \
         {left} s",
        auth.subject(),
        auth.client_id(),
        audience.join(" ")
    ))
}

/// Reports that no guard accepts the token, because it is not valid. Fails if the tenant's keys were not
/// available, because the token could be valid.
fn refused(token: &str, rejection: &Rejection) -> Result<Exit, Failure> {
    let reason = plain(&__private::reason(rejection));
    let (status, code) = (rejection.status().as_u16(), rejection.code());
    if status == 503 {
        return Err(Failure::tenant(format!(
            "{reason} ({code}); check LOGTO_ENDPOINT and the network"
        )));
    }
    out!("{REFUSED}no guard accepts this token{REFUSED:#}: {status} {code}: {reason}");
    if let Some(claims) = token::unverified(token) {
        out!("claims of the token, not verified: {claims}");
    }
    note!("the page `troubleshooting` of logto-runtime explains each code");
    Ok(Exit::Differences)
}

/// Prints whether a guard accepts the token, and if not, why. Prints `unknown` if this program can't decide
/// that. Returns `true` only if the guard accepts the token.
async fn explain<'a>(guard: &'a Guard, requirements: &Requirements<'a>, auth: &AuthInfo) -> bool {
    let place = format!("{}:{}", guard.place.file, guard.place.line);
    let head = format!("{place}  {}  #[{}]", guard.item, guard.kind.name());
    let requirement = match requirements.of(guard) {
        Ok(requirement) => requirement,
        Err(problem) => {
            out!("unknown   {head}\n          {}", plain(&problem));
            return false;
        }
    };
    // Assumes a request to the token's organization, because the token is meant for such requests.
    let organization = requirement::wants_organization(requirement)
        .then(|| auth.organization_id())
        .flatten();
    match __private::check_requirement(auth, requirement, organization).await {
        Ok(()) if !guard.arguments.others.is_empty() => {
            let others = guard.arguments.others.join("`, `");
            out!("unknown   {head}");
            out!(
                "          the token meets the rest of this guard, but the guard also has `{}`, {}",
                plain(&others),
                requirement::UNDECIDED
            );
            false
        }
        Ok(()) => {
            let within = organization.map(|id| format!(", for organization {}", plain(id)));
            let subject = plain(auth.subject());
            // In `#[require_any]`, another policy can accept the token without this path parameter.
            let at_least = match guard.kind {
                Kind::Alternatives => "at least ",
                _ => "",
            };
            let own: String = (requirements.subjects(guard).iter())
                .map(|name| plain(&format!("{name:?}")))
                .map(|name| format!(", {at_least}where the path parameter {name} is {subject}"))
                .collect();
            out!(
                "{ACCEPTED}accepted{ACCEPTED:#}  {head}{}{own}",
                within.unwrap_or_default()
            );
            true
        }
        Err(rejection) => {
            let (status, code) = (rejection.status().as_u16(), rejection.code());
            let reason = plain(&__private::reason(&rejection));
            let asked = plain(&requirement.to_string());
            out!("{REFUSED}refused{REFUSED:#}   {head}");
            out!("          {status} {code}: {reason}");
            out!("          it asks: {asked}");
            false
        }
    }
}
