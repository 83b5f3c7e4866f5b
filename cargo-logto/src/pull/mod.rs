//! `cargo logto pull`: writes or updates `logto.toml` from the tenant.
//!
//! - `name`: makes names for new resources
//! - `list`: changes a list of scopes and keeps its comments
//! - `edit`: changes the text of the file
//! - `write`: replaces the file

mod edit;
mod list;
mod name;
mod write;

use std::path::Path;

use anstyle::{AnsiColor, Style};
use logto_manifest::{FILE_NAME, Manifest, suggest::did_you_mean};
use similar::{ChangeTag, TextDiff};

use self::edit::Edited;
use crate::{
    cli::PullOptions,
    failure::{Exit, Failure},
    project::{Project, invalid_file, shown},
    tenant::{Tenant, connect},
    text::plain,
};

const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();

pub(crate) async fn run(
    manifest_path: Option<&Path>,
    options: &PullOptions,
) -> Result<Exit, Failure> {
    let project = Project::find(manifest_path)?;
    let read = project.read()?;
    if let Some(read) = &read
        && let Err(mistakes) = &read.parsed
    {
        return Err(invalid_file(&read.shown, mistakes));
    }
    let before = read.map(|read| read.text);
    let management = connect()?;
    let tenant = Tenant::read(&management).await?;
    for asked in &options.resource {
        if tenant.resource(asked).is_none() {
            let known = tenant.resources.iter().map(|it| &*it.indicator);
            let hint = did_you_mean(asked, known);
            return Err(Failure::configuration(format!(
                "the tenant does not have the API resource {asked}{hint}; write the API \
                 identifier exactly as in the console"
            )));
        }
    }
    let Edited { text, notices } = edit::edit(before.as_deref(), &tenant, &options.resource)
        .map_err(Failure::configuration)?;
    // The new file must not have mistakes. Otherwise, guards would not compile.
    Manifest::parse(&text).map_err(|mistakes| invalid_file(FILE_NAME, &mistakes))?;
    for notice in notices {
        note!("warning: {}", plain(&notice));
    }
    let file = shown(&project.file);
    if before.as_deref() == Some(&*text) {
        note!("{file} is in sync with {}", management.endpoint());
        return Ok(Exit::InSync);
    }
    show(&file, before.as_deref().unwrap_or_default(), &text);
    if options.check {
        note!("{file} differs; run `cargo logto pull` to write it");
        return Ok(Exit::Differences);
    }
    write::write(&project.file, &text)
        .map_err(|error| Failure::configuration(format!("can't write {file}: {error}")))?;
    note!("wrote {file}");
    Ok(Exit::InSync)
}

/// Prints the difference, with up to two unchanged lines before and after each change.
fn show(file: &str, before: &str, after: &str) {
    let diff = TextDiff::from_lines(before, after);
    out!("--- {file}\n+++ {file}");
    for group in diff.grouped_ops(2) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches(['\n', '\r']);
            let line = line.split('\t').map(plain).collect::<Vec<_>>().join("\t");
            match change.tag() {
                ChangeTag::Delete => out!("{REMOVED}-{line}{REMOVED:#}"),
                ChangeTag::Insert => out!("{ADDED}+{line}{ADDED:#}"),
                ChangeTag::Equal => out!(" {line}"),
            }
        }
    }
}
