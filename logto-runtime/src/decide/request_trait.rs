//! [`Requested`], a request whose organization and user are compared with those of a token.

use super::error::DecisionError;
use crate::policy::requirement::OrganizationSource;

/// The organization and the user that a request names.
pub(crate) trait Requested {
    /// Compares the token's organization with the one that the request names at `source`.
    fn compare_organization(
        &mut self,
        source: OrganizationSource,
        of_token: &str,
    ) -> Result<(), DecisionError>;

    /// Compares the user in this path parameter with the token's subject.
    fn compare_subject(
        &mut self,
        parameter: &'static str,
        of_token: &str,
    ) -> Result<(), DecisionError>;

    /// Returns whether a recognised path parameter or the call of `AuthInfo::check_in` names an organization.
    /// Ignores path parameters that are not known yet, for example before routing.
    ///
    /// If path parameters can't be decoded, reads their names from the matched route. Then a recognised name
    /// is an error, and so is a request without a matched route.
    fn names_organization(&mut self) -> Result<bool, DecisionError>;

    /// Returns which path parameters of the request are known.
    fn known_path_parameters(&mut self) -> KnownParameters;
}

/// Which path parameters of a request are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KnownParameters {
    All,
    /// There can be others. A guard that compares path parameters then rejects every valid token with 500.
    Some,
    /// None, because one of them is not UTF-8. A guard that compares path parameters then rejects every token
    /// with a mismatch.
    NotUtf8,
}
