//! leptos_axum: the lines of the page, with functions that have the signatures in its documentation. Its build
//! takes too long for the tests of this project.

use axum::{body::Body, http::Request};
use logto_runtime::{AuthInfo, Logto, Rejection};

use self::stand_in::{PARTS, ServerFnError, leptos_axum};
use crate::support::{Read, reader, stranger, tenant};

mod stand_in {
    use std::{error::Error, fmt::Debug};

    use axum::http::request::Parts;

    tokio::task_local! {
        /// What a server function finds in its context.
        pub(super) static PARTS: Parts;
    }

    #[derive(Debug)]
    pub(super) struct ServerFnError(pub(super) String);

    impl ServerFnError {
        pub(super) fn new(error: impl Error) -> Self {
            Self(error.to_string())
        }
    }

    pub(super) mod leptos_axum {
        use axum::extract::FromRequestParts;

        use super::{Debug, PARTS, ServerFnError};

        pub(in super::super) async fn extract_with_state<T, S>(
            state: &S,
        ) -> Result<T, ServerFnError>
        where
            T: FromRequestParts<S>,
            T::Rejection: Debug,
        {
            let mut parts = PARTS.get();
            let extracted = T::from_request_parts(&mut parts, state).await;
            extracted.map_err(|rejection| ServerFnError(format!("{rejection:?}")))
        }
    }
}

async fn products(
    logto: Logto,
    set_status: impl FnOnce(&Rejection),
) -> Result<Vec<String>, ServerFnError> {
    let auth: AuthInfo = leptos_axum::extract_with_state(&logto).await?;
    if let Err(rejection) = auth.check::<Read>().await {
        set_status(&rejection);
        return Err(ServerFnError::new(rejection));
    }
    Ok(Vec::new())
}

#[tokio::test]
async fn a_server_function_checks_its_policy() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for (token, expected) in [
        (reader(&tenant), None),
        (stranger(&tenant), Some("Insufficient scope")),
    ] {
        let request =
            Request::get("/api/products").header("authorization", format!("Bearer {token}"));
        let parts = request.body(Body::empty()).unwrap().into_parts().0;
        let mut status = None;
        let asked = products(logto.clone(), |rejection| {
            status = Some(rejection.status().as_u16());
        });
        let answer = PARTS.scope(parts, asked).await;
        assert_eq!(answer.err().map(|error| error.0).as_deref(), expected);
        assert_eq!(status, expected.map(|_| 403));
    }
}
