//! Describes the guards of operations in an OpenAPI document.
//!
//! In: a document of the `utoipa` crate. Attributes have left marks in its operations. Out: the same document
//! with security requirements, security schemes and responses to rejected callers, and without the marks.
//!
//! - A mark describes the requirement that the guard checks.
//! - Responses and components of the document stay.
//! - An operation keeps its `security(…)` if it is public or does not have an attribute.
//! - Some handlers check their callers only by hand. Their operations keep a `security(…)` that restricts
//!   callers.
//! - If an operation can't be described, the error names the operation. The document then stays unchanged.
//!
//! Read this file first, then `mark.rs` (what an attribute leaves), `operation.rs` and `problem.rs`.
//! `alternatives.rs` and `token_request.rs` find the ways to meet all guards. The last files are
//! `schemes.rs`, `places.rs` (cookies and WebSockets), `refusals.rs` (responses) and `schemas.rs`.

mod alternatives;
mod mark;
mod operation;
mod places;
mod problem;
mod refusals;
mod schemas;
mod schemes;
mod token_request;

use std::fmt;

use utoipa::openapi::{
    OpenApi,
    path::{Operation, PathItem},
};

pub use self::mark::{GuardMark, guard_mark};
use self::{operation::Describer, problem::Problem};
use crate::logto::Logto;

/// Could not determine who may call some operations; the document is unchanged.
///
/// The message names each of these operations, and what to change.
#[derive(Debug, thiserror::Error)]
pub struct DescribeError {
    problems: Vec<(String, Problem)>,
}

impl fmt::Display for DescribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("can't describe the API")?;
        for (position, (operation, problem)) in self.problems.iter().enumerate() {
            let before = if position == 0 { ":" } else { ";" };
            write!(f, "{before} {operation}: {problem}")?;
        }
        Ok(())
    }
}

impl Logto {
    /// Adds the requirements of guards to the document:
    ///
    /// - the security requirements of each guarded operation, with scopes,
    /// - the responses to rejected callers,
    /// - OAuth 2.0 security schemes with the endpoints of each tenant, and
    /// - security schemes for tokens in cookies and in WebSocket handshakes, if the settings name these
    ///   places.
    ///
    /// Describes the attributes above `#[utoipa::path(…)]`. The description and the guards use the same
    /// values.
    ///
    /// ```
    /// use logto_runtime::{Logto, require_scopes};
    /// use utoipa::OpenApi;
    ///
    /// #[require_scopes("read:products")]
    /// #[utoipa::path(get, path = "/products", responses((status = 200)))]
    /// async fn list() -> &'static str {
    ///     "[]"
    /// }
    ///
    /// #[derive(OpenApi)]
    /// #[openapi(paths(list))]
    /// struct Documentation;
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com/products")
    ///     .build()?;
    /// let mut document = Documentation::openapi();
    /// logto.describe_openapi(&mut document)?;
    ///
    /// let document = serde_json::to_value(&document)?;
    /// assert_eq!(
    ///     document["paths"]["/products"]["get"]["security"],
    ///     serde_json::json!([{ "logto": ["read:products"] }]),
    /// );
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if an operation
    ///
    /// - does not say who may call it,
    /// - has a guard with the name of an unknown resource,
    /// - has a guard below `#[utoipa::path(…)]` and another one above,
    /// - has a handler that checks its callers only by hand, and neither the operation nor the document has a
    ///   `security` that restricts callers,
    /// - has guards that no single token meets,
    /// - has guards that can be met in more than 64 ways, or
    /// - has a mark that this version of the crate can't read.
    pub fn describe_openapi(&self, document: &mut OpenApi) -> Result<(), DescribeError> {
        let mut described = document.clone();
        let mut describer = Describer::new(self, document);
        let mut problems = Vec::new();
        for (path, item) in &mut described.paths.paths {
            for (method, operation) in operations(item) {
                if let Err(problem) = describer.describe(operation) {
                    problems.push((format!("{method} {path}"), problem));
                }
            }
        }
        if !problems.is_empty() {
            return Err(DescribeError { problems });
        }
        describer.finish(&mut described);
        *document = described;
        Ok(())
    }
}

/// Returns the operations of a path with their methods.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&str, &mut Operation)> {
    let fixed = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("HEAD", &mut item.head),
        ("PATCH", &mut item.patch),
        ("TRACE", &mut item.trace),
        ("QUERY", &mut item.query),
    ];
    let fixed = fixed
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)));
    let additional = item.additional_operations.iter_mut();
    fixed.chain(additional.map(|(method, operation)| (method.as_str(), operation)))
}
