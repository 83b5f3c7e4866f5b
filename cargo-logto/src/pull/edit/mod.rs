//! Changes the text of `logto.toml`. Resources that stay in the file keep their comments, order, names and
//! default.
//!
//! - `default`: keeps the update from changing which resource is the default

mod default;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use logto_management::Resource;
use logto_manifest::{FILE_NAME, syntax};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{list, name};
use crate::tenant::{Tenant, scopes_of};

const HEADER: &str = "\
# The API resources, scopes and organization permissions of the Logto tenant. Guards are checked
# against this file. `cargo logto pull` updates it, and keeps comments, order and names.
";

/// The text of the changed file, and notices for the user.
#[derive(Debug)]
pub(super) struct Edited {
    pub(super) text: String,
    pub(super) notices: Vec<String>,
}

/// Updates the file with the resources, scopes and permissions of the tenant.
///
/// If `only` names resources, updates only these. There is one exception: if the file had a single resource
/// and gets more, that resource gets `default = true` to stay the default.
pub(super) fn edit(
    before: Option<&str>,
    tenant: &Tenant,
    only: &[String],
) -> Result<Edited, String> {
    let text = before.unwrap_or(HEADER);
    let mut document: DocumentMut = text
        .parse()
        .map_err(|_| format!("can't read {FILE_NAME} as TOML 1.0"))?;
    // The comments of a file without tables belong above the first table that is added.
    let comments = if document.is_empty() {
        document.trailing().as_str().unwrap_or_default().to_owned()
    } else {
        String::new()
    };
    if !comments.is_empty() {
        document.set_trailing("");
    }
    let mut edit = Edit {
        tenant,
        only,
        notices: Vec::new(),
    };
    let item = document.remove("resource").unwrap_or_default();
    let mut tables = match item {
        Item::None => ArrayOfTables::new(),
        item => item
            .into_array_of_tables()
            .map_err(|_| "write each resource as a `[[resource]]` table".to_owned())?,
    };
    edit.resources(&mut tables);
    if !tables.is_empty() {
        document.insert("resource", Item::ArrayOfTables(tables));
    }
    if only.is_empty() {
        edit.organization(&mut document);
    }
    Ok(Edited {
        text: format!("{comments}{document}"),
        notices: edit.notices,
    })
}

struct Edit<'a> {
    tenant: &'a Tenant,
    only: &'a [String],
    notices: Vec<String>,
}

impl<'a> Edit<'a> {
    fn resources(&mut self, tables: &mut ArrayOfTables) {
        let count_before = tables.len();
        let mut at = 0;
        while let Some(table) = tables.get_mut(at) {
            let indicator = text_of(table, "indicator");
            match self.tenant.resource(&indicator) {
                _ if !self.concerns(&indicator) => at += 1,
                Some(resource) => {
                    self.scopes(table, resource);
                    at += 1;
                }
                None => {
                    self.notices.push(format!(
                        "removed the resource {indicator}: the tenant does not have it"
                    ));
                    tables.remove(at);
                }
            }
        }
        let single_default = count_before == 1 && tables.len() == 1;
        let mut taken = names_in(tables);
        let mut new = self.new_resources(tables);
        if single_default && !new.is_empty() {
            default::mark_single(tables);
        }
        let default = match (count_before, &*new) {
            (0, [only]) => Some(only.indicator.clone()),
            (0, _) => default::of_new_file(self.only, &new),
            _ => None,
        };
        if count_before == 0 && default.is_none() && new.len() > 1 {
            self.notices.push(format!(
                "no resource is marked as the default; write `default = true` in one \
                 `[[resource]]` of {FILE_NAME}, or `resource = \"…\"` in each guard"
            ));
        }
        // If the first `--resource` names a new resource, it comes before the other new resources.
        if let Some(first) = self.only.first() {
            new.sort_by_key(|resource| resource.indicator != *first);
        }
        for resource in new {
            let is_default = default.as_ref() == Some(&resource.indicator);
            let table = self.table(resource, is_default, &mut taken);
            tables.push(table);
        }
        // The file had other resources before, so a single one without the key was not the default.
        if count_before > 0 && !single_default {
            self.notices.extend(default::unmark_single(tables));
        }
    }

    /// Returns the resources that this run adds to the file, sorted by name. If the file can't declare a new
    /// resource, adds a notice instead.
    fn new_resources(&mut self, tables: &ArrayOfTables) -> Vec<&'a Resource> {
        let declared: BTreeSet<String> = tables.iter().map(|it| text_of(it, "indicator")).collect();
        let mut new = Vec::new();
        for resource in &self.tenant.resources {
            let indicator = &resource.indicator;
            if declared.contains(indicator) || !self.concerns(indicator) {
                continue;
            }
            let reserved = indicator.to_ascii_lowercase().starts_with("urn:logto:");
            let checked = syntax::resource::check_indicator(indicator, || {
                "it is not an absolute URI".to_owned()
            });
            match checked {
                Ok(()) => new.push(resource),
                Err(_) if reserved => self.notices.push(format!(
                    "skipped the resource {indicator}: its tokens look like those of Logto's own \
                     audiences, such as organizations; delete it in the console"
                )),
                Err(reason) => {
                    self.notices
                        .push(format!("skipped the resource `{indicator}`: {reason}"));
                }
            }
        }
        new.sort_by(|one, other| one.name.cmp(&other.name));
        new
    }

    fn table(
        &mut self,
        resource: &Resource,
        is_default: bool,
        taken: &mut BTreeSet<String>,
    ) -> Table {
        let name = name::of(&resource.name, &resource.indicator, taken);
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        table.insert("indicator", value(&resource.indicator));
        table.insert("name", value(&name));
        if is_default {
            table.insert("default", value(true));
        }
        let scopes = self.expressible(&resource.indicator, resource);
        table.insert("scopes", value(list::new(&scopes)));
        taken.insert(name);
        table
    }

    /// Updates the scopes of a resource that the file has.
    fn scopes(&mut self, table: &mut Table, resource: &Resource) {
        let wanted = self.expressible(&resource.indicator, resource);
        if wanted.is_empty() && !table.contains_key("scopes") {
            return;
        }
        let owner = format!("scope of {}", resource.indicator);
        self.update(table, "scopes", &wanted, &owner);
    }

    fn organization(&mut self, document: &mut DocumentMut) {
        let mut wanted = BTreeSet::new();
        for permission in &self.tenant.permissions {
            match syntax::scope::check(permission) {
                Ok(()) => drop(wanted.insert(&**permission)),
                Err(reason) => self.notices.push(format!(
                    "skipped the organization permission `{permission}`: {reason}"
                )),
            }
        }
        if wanted.is_empty() && !document.contains_key("organization") {
            return;
        }
        let table = document.entry("organization").or_insert_with(|| {
            let mut table = Table::new();
            table.decor_mut().set_prefix("\n");
            Item::Table(table)
        });
        if let Some(inline) = table.as_inline_table() {
            *table = Item::Table(inline.clone().into_table());
        }
        if let Some(table) = table.as_table_mut()
            && (!wanted.is_empty() || table.contains_key("permissions"))
        {
            self.update(table, "permissions", &wanted, "organization permission");
        }
    }

    fn update(&mut self, table: &mut Table, key: &str, wanted: &BTreeSet<&str>, what: &str) {
        match table.get_mut(key).and_then(Item::as_array_mut) {
            Some(list) => {
                for scope in list::update(list, wanted) {
                    self.notices.push(format!(
                        "removed `{scope}` ({what}): the tenant does not have it"
                    ));
                }
            }
            None => drop(table.insert(key, value(list::new(wanted)))),
        }
    }

    /// Returns the scopes that the file can declare. Adds a notice for each of the others.
    fn expressible<'r>(&mut self, indicator: &str, resource: &'r Resource) -> BTreeSet<&'r str> {
        let mut scopes = scopes_of(resource);
        scopes.retain(|scope| match syntax::scope::check(scope) {
            Ok(()) => true,
            Err(reason) => {
                self.notices.push(format!(
                    "skipped the scope `{scope}` of {indicator}: {reason}"
                ));
                false
            }
        });
        scopes
    }

    /// Whether this run updates the resource.
    fn concerns(&self, indicator: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == indicator)
    }
}

/// Returns the names and indicators of the file's resources. A new name must differ from all of them.
fn names_in(tables: &ArrayOfTables) -> BTreeSet<String> {
    let each = |table: &Table| [text_of(table, "name"), text_of(table, "indicator")];
    tables.iter().flat_map(each).collect()
}

fn text_of(table: &Table, key: &str) -> String {
    let text = table.get(key).and_then(Item::as_str);
    text.unwrap_or_default().to_owned()
}
