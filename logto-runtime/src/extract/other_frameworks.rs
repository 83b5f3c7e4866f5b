//! Guards requests of web frameworks other than axum.

use http::{HeaderMap, request::Parts};

use super::{authenticate::authenticate, grant::Grant, guard::Guard};
use crate::{
    answer::Rejection,
    decide::{
        DecisionError, KnownParameters, Requested,
        organization::{PathParameters, in_request, is_named},
        subject,
    },
    logto::{Logto, rejection_context::RejectionContext},
    policy::{AnyPolicy, requirement::OrganizationSource},
};

impl Logto {
    /// Decides about a request of a web framework other than axum, as an extracted [`Guard`] does.
    ///
    /// `parts` must have the method and all headers of the request. `path_parameters` are the names and
    /// values of **all** parameters of the matched route, percent-decoded once.
    ///
    /// Pass `None` if the parameters are not known, for example before routing. This has two consequences:
    ///
    /// - The response is 500 if the policy must compare the token with the path. Such policies are
    ///   organization policies without `org`, and policies with `org = path("…")` or `subject = path("…")`.
    ///   If such a policy is an alternative of `require_any`, another alternative can still accept the token.
    /// - Policies with `org = token` or `org = header("…")`, and policies of global scopes, do not notice an
    ///   organization in the path.
    ///
    /// If only some of the parameters are known, call this method twice. The first call gets the known
    /// parameters, and compares the token with them. The second call gets `None`. It answers 500 if
    /// the policy must compare the token with the path, because an unknown parameter could contradict the
    /// token.
    ///
    /// Respond to a rejected request with:
    ///
    /// - the [`status`](Rejection::status) of the [`Rejection`];
    /// - its [`challenge`](Rejection::challenge), if there is one, as `WWW-Authenticate`;
    /// - its [`retry_after`](Rejection::retry_after), if there is one, in seconds as `Retry-After`;
    /// - `Cache-Control: no-store`.
    ///
    /// ```
    /// use http::Request;
    /// use logto_runtime::{Guard, Logto, OrganizationId, Rejection, require_org_permission};
    ///
    /// #[require_org_permission("invite:member")]
    /// struct InviteMember;
    ///
    /// async fn invite(
    ///     logto: &Logto,
    ///     request: Request<()>,
    ///     organization: &str,
    /// ) -> Result<Option<OrganizationId>, Rejection> {
    ///     let (mut parts, ()) = request.into_parts();
    ///     let path = [("organization_id", organization)];
    ///     let guard: Guard<InviteMember> = logto.guard(&mut parts, Some(&path)).await?;
    ///     Ok(guard.organization())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the rejection that the guard of an axum handler would answer with.
    pub async fn guard<P: AnyPolicy>(
        &self,
        parts: &mut Parts,
        path_parameters: Option<&[(&str, &str)]>,
    ) -> Result<Guard<P>, Rejection> {
        let requirement = &P::REQUIREMENT;
        let logto = Some(self.clone());
        let granting = authenticate(parts, logto, Some(requirement), |auth, parts| {
            let logto = auth.logto();
            let mut given = Given {
                path_parameters,
                headers: &parts.headers,
            };
            let met = logto
                .decide(requirement, auth.verified(), &mut given)
                .map_err(|unmet| {
                    let context =
                        RejectionContext::in_request(Some(requirement), &parts.extensions);
                    logto.reject_unmet(unmet, context, auth.verified())
                })?;
            auth.report_granted();
            Ok(Grant { auth, met })
        });
        granting.await.map(Guard::new)
    }
}

/// The path parameters that the program passes, and the headers of the request.
struct Given<'a> {
    path_parameters: Option<&'a [(&'a str, &'a str)]>,
    headers: &'a HeaderMap,
}

impl<'a> Given<'a> {
    fn parameters(&self) -> PathParameters<impl Iterator<Item = (&'a str, &'a str)> + use<'a>> {
        PathParameters::Known {
            parameters: self.path_parameters.unwrap_or_default().iter().copied(),
            all: self.path_parameters.is_some(),
        }
    }
}

impl Requested for Given<'_> {
    fn compare_organization(
        &mut self,
        source: OrganizationSource,
        of_token: &str,
    ) -> Result<(), DecisionError> {
        in_request(source, self.parameters(), self.headers, of_token)
    }

    fn compare_subject(
        &mut self,
        parameter: &'static str,
        of_token: &str,
    ) -> Result<(), DecisionError> {
        subject::in_path(self.parameters(), parameter, of_token)
    }

    fn names_organization(&mut self) -> Result<bool, DecisionError> {
        let names = self.path_parameters.unwrap_or_default().iter();
        Ok(is_named(names.map(|(name, _)| *name)))
    }

    fn known_path_parameters(&mut self) -> KnownParameters {
        match self.path_parameters {
            Some(_) => KnownParameters::All,
            None => KnownParameters::Some,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_compared_with_the_path_parameter_that_the_program_passes() {
        for (path_parameters, accepted) in [
            (Some(&[("user_id", "alice")][..]), true),
            (Some(&[("team", "7"), ("user_id", "alice")]), true),
            (Some(&[("user_id", "bob")]), false),
            (Some(&[("user_id", "Alice")]), false),
            (Some(&[("id", "alice")]), false),
            (Some(&[]), false),
            (None, false),
        ] {
            let mut given = Given {
                path_parameters,
                headers: &HeaderMap::new(),
            };
            let compared = given.compare_subject("user_id", "alice");
            assert_eq!(compared.is_ok(), accepted, "{path_parameters:?}");
        }
    }
}
