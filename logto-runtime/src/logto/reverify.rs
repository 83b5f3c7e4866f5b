//! Verifies a token outside a request. Also verifies the token of a caller again.

use std::sync::Arc;

use super::{Logto, auth_info::AuthInfo, rejection_context::RejectionContext};
use crate::{answer::Rejection, token::access_token::AccessToken, verify::Verified};

impl Logto {
    /// Verifies a token, and asks `deny_if`, `deny_if_async` and the list of revocations.
    ///
    /// `known` is the result of an earlier verification. With `known`, the signature is checked again only in
    /// two cases:
    ///
    /// - The key of the token has been retired.
    /// - This call must wait for keys, and the token is not cached.
    pub(crate) async fn reverify(
        &self,
        token: &[u8],
        known: Option<&Arc<Verified>>,
        context: RejectionContext<'_>,
    ) -> Result<AuthInfo, Rejection> {
        let token = AccessToken::new(token);
        let tenant = self.clone().tenant_of(token);
        let logto = tenant.map_err(|(logto, error)| logto.reject(error, context, None))?;
        let verification = logto.verifier().try_verify(token, || known);
        match logto.finish(verification, token).await {
            Ok((verified, _, now)) => logto.authenticate(verified, now, || context),
            Err(refused) => Err(logto.reject_unfinished(refused, context)),
        }
    }
}
