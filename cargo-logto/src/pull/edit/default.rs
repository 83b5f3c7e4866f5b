//! Keeps an update from changing which resource is the default.
//!
//! Guards without `resource` accept tokens of the default resource. A single resource is the default if it does
//! not have the key `default`.

use logto_management::Resource;
use logto_manifest::FILE_NAME;
use toml_edit::{ArrayOfTables, Item, value};

/// Returns the default resource for a file that did not declare resources. That is the first resource that
/// `--resource` names. Without `--resource`, it is the default of the tenant, if the tenant has one.
pub(super) fn of_new_file(only: &[String], new: &[&Resource]) -> Option<String> {
    match only.first() {
        Some(first) => Some(first.clone()),
        None => new
            .iter()
            .find(|resource| resource.is_default)
            .map(|resource| resource.indicator.clone()),
    }
}

/// Marks the single resource of a file as the default, so that it stays the default beside new resources.
pub(super) fn mark_single(tables: &mut ArrayOfTables) {
    if let Some(table) = tables.get_mut(0)
        && !table.contains_key("default")
    {
        table.insert("default", value(true));
    }
}

/// If the file has only one resource, marks it so that it is not the default. Returns a notice for the user.
/// Does nothing if the resource has the key `default`.
pub(super) fn unmark_single(tables: &mut ArrayOfTables) -> Option<String> {
    let is_single = tables.len() == 1;
    let table = tables.get_mut(0).filter(|_| is_single)?;
    if table.contains_key("default") {
        return None;
    }
    table.insert("default", value(false));
    let indicator = table.get("indicator").and_then(Item::as_str);
    Some(format!(
        "the resource {} is now the only one in {FILE_NAME}, and was not the default before, so it gets \
         `default = false`; write `default = true` if its tokens are meant for guards without `resource`",
        indicator.unwrap_or_default()
    ))
}
