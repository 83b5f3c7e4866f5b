use logto_runtime::{require_org_permission, require_org_scopes};

#[require_org_scopes("read:data", org = any)]
async fn data() {}

#[require_org_permission("invite:member", org = any)]
async fn invite() {}

fn main() {}
