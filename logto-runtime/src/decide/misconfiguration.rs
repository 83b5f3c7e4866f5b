//! Faults of the program that appear only when a request arrives. They are always answered with
//! 500 and are never the caller's fault.

/// A fault of the program. The message ends with the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misconfiguration {
    /// The state of the router did not return a `Logto`.
    #[error(
        "a guard found no Logto: call `logto.install_global()` once at the start of the program, \
         or put a `Logto` into the state of the router"
    )]
    NoLogto,
    /// A requirement names a resource that the builder does not know.
    #[error("no resource has the name {0:?}: add `.named_resource({0:?}, \"https://…\")`")]
    UnknownResource(&'static str),
    /// `org = path(…)` names a parameter that the matched route does not have.
    #[error(
        "the matched route has no path parameter {0:?}, which `org = path({0:?})` names: rename \
         the parameter or the argument"
    )]
    NoSuchPathParameter(&'static str),
    /// The route has path parameters, and none has a name that stands for an organization.
    #[error(
        "the route has path parameters, but none of them is named organization_id, \
         organizationId, org_id or orgId: write `org = path(\"…\")`, or `org = token` if none of \
         them is an organization"
    )]
    UnrecognisedPathParameters,
    /// The guard runs where axum has not matched a route yet, so path parameters may be unknown.
    #[error(
        "an organization guard runs before routing is complete, where path parameters may be \
         unknown: use `route_layer`, or put the attribute on the handler of a route, or write \
         `org = path(\"…\")`, `org = header(\"…\")` or `org = token`"
    )]
    OutsideRouting,
}
