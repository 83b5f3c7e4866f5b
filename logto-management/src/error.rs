//! [`Error`]: why a request to the tenant failed. Each message says what to do.

use std::time::Duration;

/// A request to the tenant failed.
///
/// The message never contains secrets or tokens. It can contain the error code of a response, but no other
/// part of the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The tenant did not answer.
    #[error("can't reach {endpoint}: {reason}; check LOGTO_ENDPOINT and the network")]
    Unreachable {
        /// The tenant's endpoint.
        endpoint: String,
        /// The reason, such as an error of the operating system or of the TLS library.
        reason: String,
    },
    /// The tenant answered 429 or 5xx. With one more wait, the total wait of this request would exceed
    /// [`patience`](crate::ManagementBuilder::patience).
    #[error("{endpoint} answers {status}{}; try again later", waited(*after))]
    Busy {
        /// The tenant's endpoint.
        endpoint: String,
        /// The HTTP status of the last response.
        status: u16,
        /// The seconds in `Retry-After` of the last response. `None` if the header is missing, or is not a
        /// number of seconds. Always `None` for 5xx in a `Reconciler`.
        after: Option<Duration>,
    },
    /// The token endpoint does not accept the application's id and secret.
    #[error(
        "{endpoint} does not accept the application's id and secret; check LOGTO_M2M_APP_ID and \
         LOGTO_M2M_APP_SECRET, and that the secret has not expired (console: Applications > the \
         application > Settings)"
    )]
    InvalidClient {
        /// The tenant's endpoint.
        endpoint: String,
    },
    /// The tenant does not have the Management API under this indicator (`invalid_target`).
    #[error(
        "the tenant does not know `{resource}` (invalid_target); set LOGTO_MANAGEMENT_RESOURCE to \
         the API identifier of the Management API: `https://<tenant-id>.logto.app/api` on Logto \
         Cloud, also behind a custom domain, and `https://default.logto.app/api` elsewhere"
    )]
    UnknownManagementApi {
        /// The indicator that was asked for.
        resource: String,
    },
    /// The tenant does not have the resource of a token request (`invalid_target`).
    #[error(
        "the tenant does not know `{resource}` (invalid_target); write the API identifier exactly \
         as in the console, including upper case and a trailing slash"
    )]
    UnknownResource {
        /// The indicator that was asked for.
        resource: String,
    },
    /// The application is not a member of the organization, or the organization does not exist.
    #[error(
        "the application is not a member of the organization `{organization}` (access_denied); \
         check the id, or add the application in the console: Organizations > the organization > \
         Machine-to-machine"
    )]
    NotInOrganization {
        /// The organization's id.
        organization: String,
    },
    /// The token was issued without the scope `all`.
    #[error(
        "the application may not use the Management API: `scope=all` of `{resource}` was not \
         granted; assign the role `Logto Management API access` to the application in the console \
         (Applications > the application > Roles)"
    )]
    NotGranted {
        /// The indicator of the Management API.
        resource: String,
    },
    /// The Management API refused a new token, although the token has the scope `all`. The error code begins
    /// with `auth.`, or the response does not have a code.
    #[error(
        "the Management API of {endpoint} refuses the application's token ({status}{}); check \
         that LOGTO_ENDPOINT and LOGTO_MANAGEMENT_RESOURCE name the same tenant, and that the \
         application still has the role `Logto Management API access`", shown(code.as_deref())
    )]
    Forbidden {
        /// The tenant's endpoint.
        endpoint: String,
        /// The HTTP status: 401 or 403.
        status: u16,
        /// Logto's error code.
        code: Option<String>,
    },
    /// The token endpoint refused the request for another reason.
    #[error(
        "the token endpoint of {endpoint} answers {status}{}; check the resource, scopes and \
         organization of the request, and that LOGTO_ENDPOINT is the endpoint of a Logto tenant",
        shown(error.as_deref())
    )]
    Token {
        /// The tenant's endpoint.
        endpoint: String,
        /// The HTTP status.
        status: u16,
        /// The error code (RFC 6749 §5.2).
        error: Option<String>,
    },
    /// The Management API refused a call for another reason.
    #[error(
        "{call} answers {status}{}; check that LOGTO_ENDPOINT is the endpoint of a Logto tenant, \
         and look for the cause in the tenant's console",
        shown(code.as_deref())
    )]
    Api {
        /// The method and path of the call.
        call: String,
        /// The HTTP status.
        status: u16,
        /// Logto's error code, such as `entity.not_found`.
        code: Option<String>,
    },
    /// The client can't use a response. The response is not one that Logto sends, is too large, or breaks
    /// off. A list with too many pages causes this error, too.
    #[error("{call} {problem}; check that LOGTO_ENDPOINT is the endpoint of a Logto tenant")]
    Answer {
        /// The method and path of the call.
        call: String,
        /// What is wrong with the response or the list.
        problem: &'static str,
    },
}

fn waited(after: Option<Duration>) -> String {
    match after {
        Some(after) => format!(", and asks to wait {} s", after.as_secs()),
        None => String::new(),
    }
}

fn shown(code: Option<&str>) -> String {
    code.map_or_else(String::new, |code| format!(" {code}"))
}
