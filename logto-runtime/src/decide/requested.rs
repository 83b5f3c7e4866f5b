//! What a decision asks about the request.

use crate::{decide::error::DecisionError, policy::requirement::OrganizationSource};

/// What a request is about: the organization and the user that it names.
pub(crate) trait Requested {
    /// Compares its organization with the token's, where `source` says.
    fn compare(&mut self, source: OrganizationSource, of_token: &str) -> Result<(), DecisionError>;

    /// Compares the user in this path parameter with the token's subject.
    fn compare_subject(
        &mut self,
        parameter: &'static str,
        of_token: &str,
    ) -> Result<(), DecisionError>;

    /// Returns whether a recognised path parameter names an organization.
    fn is_named(&mut self) -> Result<bool, DecisionError>;
}
