//! Our own mistakes that show only when a request comes: always 500, never the caller's fault.

/// What the program must be changed for. The text names the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misconfiguration {
    #[error(
        "a guard found no Logto: put one into the state of the router, or call \
         `logto.install_global()` once at start where the state is `()`"
    )]
    NoLogto,
    #[error("no resource has the name {0:?}: add `.named_resource({0:?}, \"https://…\")`")]
    UnknownResource(&'static str),
    #[error(
        "the matched route has no path parameter {0:?}, which `org = path({0:?})` names: rename \
         the parameter or the argument"
    )]
    NoSuchPathParameter(&'static str),
    #[error(
        "the route has path parameters, but none that is known to name an organization \
         (organization_id, organizationId, org_id, orgId): write `org = path(\"…\")`, or \
         `org = token` if none of them does"
    )]
    UnrecognisedPathParameters,
    #[error(
        "an organization guard runs before routing has ended, where not every path parameter can \
         be seen: use `route_layer`, or the attribute on the handler of a route, or write `org = \
         path(\"…\")`, `org = header(\"…\")` or `org = token`"
    )]
    OutsideRouting,
}
