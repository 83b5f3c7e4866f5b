use axum::{Router, routing::get};
use logto_runtime::{require_auth, require_scopes};

fn router() -> Router<logto_runtime::GlobalLogto> {
    #[require_scopes("read:products")]
    #[require_auth]
    async fn list() {}

    #[require_auth]
    struct Account;

    async fn account(_: logto_runtime::Guard<Account>) {}

    {
        #[require_auth]
        async fn list() {}

        let _: Router<logto_runtime::GlobalLogto> = Router::new().route("/", get(list));
    }

    Router::new()
        .route("/", get(list))
        .route("/account", get(account))
}

mod outer {
    pub mod inner {
        pub fn router() -> axum::Router<logto_runtime::GlobalLogto> {
            #[logto_runtime::require_auth]
            async fn list() {}

            axum::Router::new().route("/", axum::routing::get(list))
        }
    }
}

pub(crate) fn main() {
    let _ = router().nest("/inner", outer::inner::router());
    let _ = || {
        #[require_auth]
        async fn in_closure() {}

        Router::<logto_runtime::GlobalLogto>::new().route("/", get(in_closure))
    };
}
