use logto_runtime::{require_any, require_auth, require_org_permission, require_scopes};

#[require_scopes("admin")]
struct Admin;

#[require_auth]
struct Anyone;

#[require_org_permission("invite:member")]
struct Invite;

#[require_any(Anyone, Admin)]
struct Either;

#[require_any(Invite, Either)]
struct Mixed;

fn main() {}
