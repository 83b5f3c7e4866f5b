//! Guards that use the constants of a file that `cargo logto pull` wrote.
//!
//! `scopes!()` turns the names in the file into modules and constants, which must compile. The tests of
//! `cargo logto` compare the file with what `pull` writes.

logto_runtime::scopes!();

/// Needs three scopes of the default resource.
#[logto_runtime::require_scopes("read:products", scopes::WRITE_PRODUCTS, scopes::products::TYPE)]
pub async fn products() {}

/// Needs a scope of another resource.
#[logto_runtime::require_org_scopes(scopes::org::READ_DATA, resource = "org")]
pub async fn data() {}

/// Needs two organization permissions.
#[logto_runtime::require_org_permission(scopes::organization::INVITE_MEMBER, "manage:billing")]
pub async fn invite() {}
