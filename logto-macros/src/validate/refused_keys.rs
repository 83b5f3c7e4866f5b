//! Rejects a key that only other attributes take, such as `resource` in `#[require_org_permission]`.

use crate::{args::Keyed, errors::Errors, kind::Kind};

pub(super) fn check<T>(kind: Kind, keyed: Option<&Keyed<T>>, errors: &mut Errors) {
    let Some(Keyed { key, .. }) = keyed else {
        return;
    };
    let word = key.to_string();
    if kind.takes(&word) {
        return;
    }
    let name = kind.name();
    let message = match (kind, word.as_str()) {
        (Kind::Public, _) => {
            format!("`#[public]` accepts every caller; remove `{word}`, or use `#[require_auth]`")
        }
        (Kind::ByHand, _) => {
            format!(
                "`#[guarded_by]` checks no token, because the handler checks its callers itself; \
                 remove `{word}`, or use `#[require_scopes(…)]`"
            )
        }
        (Kind::Alternatives, _) => {
            format!(
                "`{word}` belongs to the policies that `#[{name}]` lists; write it in their \
                 attributes"
            )
        }
        (_, "credential") => "a credential is an alternative to policies; list both: \
             `#[require_any(Policy, credential = ApiKey)]`"
            .to_owned(),
        (Kind::OrganizationPermission, "resource") => {
            "`#[require_org_permission]` checks organization permissions, which do not belong to \
             an API resource; remove `resource`, or use `#[require_org_scopes(…)]`"
                .to_owned()
        }
        _ => format!(
            "`#[{name}]` does not take an organization; remove `{word}`, or use \
             `#[require_org_scopes(…)]` or `#[require_org_permission(…)]`"
        ),
    };
    errors.at(key, message);
}
