//! [`Requested`], the trait of requests whose organization and user can be compared with those of a token.

use super::error::DecisionError;
use crate::policy::requirement::OrganizationSource;

/// What a request names: its organization and its user.
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
    /// `AuthInfo::check_in`. Path parameters that are not known, such as before routing, do not count. Fails
    /// if path parameters can't be decoded, unless the matched route shows that none of them is an
    /// organization.
    fn names_organization(&mut self) -> Result<bool, DecisionError>;
}
