//! The OpenAPI document. The handlers describe the operations, and their guards add the security.

use logto_runtime::{DescribeError, Logto};
use utoipa::OpenApi;

use super::{account, organizations, products};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "An API with all three permission models",
        description = "`cargo run -p saas` serves it.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        account::everybody,
        account::me,
        account::protected,
        products::list,
        products::create,
        organizations::invite,
        organizations::data,
        organizations::configure,
    )
)]
struct Document;

/// Returns the OpenAPI document, with the security schemes of the tenant of `logto`.
///
/// # Errors
///
/// Returns an error if the security of an operation cannot be determined.
pub fn document(logto: &Logto) -> Result<utoipa::openapi::OpenApi, DescribeError> {
    let mut document = Document::openapi();
    logto.describe_openapi(&mut document)?;
    Ok(document)
}
