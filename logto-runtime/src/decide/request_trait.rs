//! [`Requested`], a request whose organization and user are compared with those of a token.

use super::error::DecisionError;
use crate::policy::requirement::OrganizationSource;

/// The organization and the user that a request names.
pub(crate) trait Requested {
    /// Compares the organization that the request names at `source` with the token's.
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

    /// Returns whether the request names an organization: in a recognised path parameter, or in the call of
    /// `AuthInfo::check_in`. Ignores path parameters that are not known yet, for example before routing.
    ///
    /// If path parameters can't be decoded, looks for their names in the matched route. Then fails if one of
    /// the names is recognised, or if the request does not have a matched route.
    fn names_organization(&mut self) -> Result<bool, DecisionError>;
}
