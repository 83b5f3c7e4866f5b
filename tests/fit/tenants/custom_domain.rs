//! A tenant with a custom domain has two issuers. Its organizations and users are the same under both.

use logto_runtime::{OrganizationId, RejectionCode, Revocation};

use super::{Invite, any_of, app, global, verify};
use crate::support::{Answer, ask, tenant};

#[tokio::test]
async fn an_organization_has_one_issuer_under_both_domains_of_its_tenant() {
    let (old, new) = (tenant(), tenant());
    let (custom, default) = ("https://auth.example.com/oidc", new.issuer());
    let logto = any_of([old.logto(), new.logto().issuer(custom).issuer(&default)]);
    let app = app(&logto);
    let permission = |issuer: &str| {
        let token = new.token().user("alice").organization("acme");
        token.scopes(["invite:member"]).issuer(issuer).mint()
    };
    let stored = OrganizationId::from_trusted_storage_of(custom, "acme");
    for issuer in [custom, &default] {
        let token = permission(issuer);
        for uri in ["invite", "guard"] {
            let uri = format!("/organizations/acme/{uri}");
            assert_eq!(ask(&app, &uri, &token).await, Answer::ok(custom), "{uri}");
        }
        let auth = logto.verify(&token).await.unwrap();
        assert_eq!(auth.issuer(), issuer);
        let of_message = auth.check_in::<Invite>("acme").await.unwrap();
        assert_eq!(of_message, stored);
    }
}

#[tokio::test]
async fn a_revoked_user_is_refused_under_both_domains_of_the_tenant() {
    let (old, new) = (tenant(), tenant());
    let (custom, default) = ("https://auth.example.com/oidc", new.issuer());
    let list = new.revocations().start().unwrap();
    let of_new = new.logto().issuer(custom).issuer(&default);
    let logto = any_of([old.logto(), of_new.revocations(&list)]);
    let tokens = [custom, &*default].map(|issuer| (issuer, global(&new).issuer(issuer).mint()));
    for (issuer, token) in &tokens {
        assert_eq!(verify(&logto, token).await, Ok((*issuer).to_owned()));
    }
    list.revoke(Revocation::subject("alice")).await.unwrap();
    for (issuer, token) in &tokens {
        let refused = Err(RejectionCode::Revoked);
        assert_eq!(verify(&logto, token).await, refused, "{issuer}");
    }
}
