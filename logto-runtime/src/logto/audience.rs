//! Checks the audience of a token for code that has no policy: extractors such as [`AuthInfo`], and
//! [`Logto::verify`].

use http::Extensions;

use super::{Logto, auth_info::AuthInfo, rejection_context::RejectionContext};
use crate::{answer::Rejection, decide::audience_is};

impl Logto {
    /// Checks the audience without a policy. The caller [reports](AuthInfo::report_granted) an accepted token
    /// after its last check.
    ///
    /// Accepts any organization, and any resource of the builder. Also accepts an audience that a guard of
    /// this request has accepted.
    pub(crate) fn check_audience(
        &self,
        auth: &AuthInfo,
        extensions: &Extensions,
    ) -> Result<(), Rejection> {
        let resources = &self.settings().resources;
        let token = auth.verified();
        if token.audience_organization().is_some()
            || token
                .audience()
                .any(|audience| resources.contains(audience))
            || self.audience_accepted(auth, extensions)
        {
            return Ok(());
        }
        // The token is not for the default resource, so this check returns the error.
        let default = resources.default_indicator().unwrap_or_default();
        match audience_is(token, default) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.reject(
                error,
                RejectionContext::in_request(None, extensions),
                Some(token),
            )),
        }
    }
}
