//! [`Misconfiguration`], a fault of the program that prevents a decision about a request. The status of the
//! rejection is 500, because the caller is not at fault.

/// A fault of the program. The message ends with the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misconfiguration {
    /// A guard did not find a `Logto`. Either `GlobalLogto` is the state and no `Logto` was installed, or the
    /// function given as `logto = …` returned `None`.
    #[error(
        "a guard found no Logto: call `logto.install_global()` once at the start of the program, \
         or put a `Logto` into the state of the router, where the function given as `logto = …` \
         finds it"
    )]
    NoLogto,
    /// A requirement names a resource that the builder does not know.
    #[error("no resource has the name {0:?}: add `.named_resource({0:?}, \"https://…\")`")]
    UnknownResource(&'static str),
    /// A requirement names a client that the builder does not know.
    #[error("no client has the name {0:?}: add `.named_client({0:?}, \"<application id>\")`")]
    UnknownClient(&'static str),
    /// `org = path(…)` names a parameter that the matched route does not have.
    #[error(
        "the matched route has no path parameter {0:?}, which `org = path({0:?})` names: rename \
         the parameter or the argument"
    )]
    NoSuchPathParameter(&'static str),
    /// `subject = path(…)` names a parameter that the matched route does not have.
    #[error(
        "the matched route has no path parameter {0:?}, which `subject = path({0:?})` names: \
         rename the parameter or the argument"
    )]
    NoSuchSubjectParameter(&'static str),
    /// A guard with `subject = path(…)` can run before routing has ended, or without a matched route. Path
    /// parameters can then be unknown.
    #[error(
        "a guard with `subject = path({0:?})` runs where path parameters can be unknown (routing \
         has not ended, or no route matched): put the attribute on the handler of a route, or use \
         `route_layer` on routes without a wildcard, or add `.leaf()` to the layer if the service \
         behind it reads no further path parameters"
    )]
    SubjectOutsideRouting(&'static str),
    /// A guard was asked to check a requirement of `#[guarded_by]`, which only the handler can check.
    #[error(
        "a guard can't check {0:?}, which is checked by hand: put `#[guarded_by({0:?})]` on the \
         handler that checks it, or take a `TokenOr` as its first argument"
    )]
    CheckedByHand(&'static str),
    /// The route has path parameters, but none of them has a recognised name, such as `org_id`.
    #[error(
        "the route has path parameters, but none of them is named organization_id, \
         organizationId, org_id or orgId: write `org = path(\"…\")`, or `org = token` if none of \
         them is an organization"
    )]
    UnrecognisedPathParameters,
    /// An organization guard can run before routing has ended, or without a matched route. Path parameters
    /// can then be unknown.
    #[error(
        "an organization guard runs where path parameters can be unknown (routing has not ended, \
         or no route matched): put the attribute on the handler of a route, or use `route_layer` \
         on routes without a wildcard; if handlers take the organization from `OrganizationId` only, \
         write `org = header(\"…\")` or `org = token`; add `.leaf()` to the layer if the service \
         behind it reads no further path parameters"
    )]
    OutsideRouting,
    /// A requirement has a restriction that its kind can't enforce. Example: `with_resource` on an
    /// organization permission. Holds the name of the method that set the restriction.
    #[error(
        "a requirement has `{0}`, which guards of its kind can't enforce: remove `{0}`, or write it on a \
         requirement of another kind (on each alternative, or on one made with `organization_scopes`)"
    )]
    Unenforceable(&'static str),
    /// The request names an organization, but the requirement is global. The organization is in the path, or
    /// in a call of `AuthInfo::check_in`.
    #[error(
        "a global guard stands where the path names an organization, and a token that names no \
         organization has the scopes of all organizations of its user: write \
         `#[require_org_scopes(…)]`, or add `org = any` if the scopes reach every organization"
    )]
    GlobalWhereOrganizationIsNamed,
}
