//! A framework that re-exports `logto_runtime` under another path.

use axum::{Router, routing::get};

mod framework {
    pub mod auth {
        pub use logto_runtime::*;
    }

    #[macro_export]
    macro_rules! guarded {
        ($name:ident) => {
            #[$crate::framework::auth::require_auth(crate = $crate::framework::auth)]
            async fn $name() {}
        };
    }
}

use framework::auth::{Guard, require_org_permission, require_scopes};

#[require_scopes("read:products", crate = crate::framework::auth)]
async fn list() {}

#[require_scopes("read:products", crate = framework::auth)]
async fn relative() {}

#[require_org_permission("invite:member", org = token, crate = self::framework::auth)]
struct Invite;

mod inner {
    #[super::framework::auth::require_auth(crate = super::framework::auth)]
    pub async fn account() {}
}

guarded!(by_macro);

fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/", get(list))
        .route("/relative", get(relative))
        .route("/invite", get(|_: Guard<Invite>| async {}))
        .route("/account", get(inner::account))
        .route("/macro", get(by_macro));
}
