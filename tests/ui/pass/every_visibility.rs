use axum::{Router, routing::get};

mod products {
    pub mod open {
        use logto_runtime::require_auth;

        #[require_auth]
        pub async fn public() {}
        #[require_auth]
        pub(crate) async fn in_crate() {}
        #[require_auth]
        pub(super) async fn in_parent() {}
        #[require_auth]
        pub(in crate::every_visibility::products) async fn in_path() {}
        #[require_auth]
        pub(self) async fn in_self() {}
        #[require_auth]
        async fn private() {}

        #[require_auth]
        pub struct Public;
        #[require_auth]
        pub(super) struct InParent;
        #[require_auth]
        struct Private;

        async fn guarded(_: logto_runtime::Guard<Private>) {}

        pub fn router() -> axum::Router<logto_runtime::GlobalLogto> {
            axum::Router::new()
                .route("/self", axum::routing::get(in_self))
                .route("/private", axum::routing::get(private))
                .route("/policy", axum::routing::get(guarded))
        }
    }

    mod closed {
        #[logto_runtime::require_auth]
        pub async fn public() {}
    }

    pub use closed::public as reexported;

    async fn guarded(_: logto_runtime::Guard<open::InParent>) {}

    pub fn router() -> axum::Router<logto_runtime::GlobalLogto> {
        axum::Router::new()
            .route("/parent", axum::routing::get(open::in_parent))
            .route("/path", axum::routing::get(open::in_path))
            .route("/policy", axum::routing::get(guarded))
    }
}

async fn guarded(_: logto_runtime::Guard<products::open::Public>) {}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/public", get(products::open::public))
        .route("/crate", get(products::open::in_crate))
        .route("/reexported", get(products::reexported))
        .route("/policy", get(guarded))
        .nest("/open", products::open::router())
        .nest("/products", products::router());
}
