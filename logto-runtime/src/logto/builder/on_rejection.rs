//! The function that renders the body of rejections. `answer/response.rs` calls the function.

use std::sync::Arc;

use axum::response::IntoResponse;

use super::LogtoBuilder;
use crate::answer::Rejection;

impl LogtoBuilder {
    /// Sets the function that renders the body of rejections. The function can't change the status, the
    /// challenge, `Retry-After` or `no-store`.
    ///
    /// ```
    /// # use logto_runtime::{Logto, Rejection};
    /// use axum::Json;
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .on_rejection(|rejection: &Rejection| {
    ///         Json(serde_json::json!({ "title": rejection.message() }))
    ///     })
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn on_rejection<R: IntoResponse>(
        mut self,
        render: impl Fn(&Rejection) -> R + Send + Sync + 'static,
    ) -> Self {
        self.render = Some(Arc::new(move |rejection| render(rejection).into_response()));
        self
    }
}
