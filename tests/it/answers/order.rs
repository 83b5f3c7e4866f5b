//! A request with two faults gets the answer of the fault that comes first in the table of responses in
//! `README.md`.

use logto_runtime::{Algorithm, test_util::SigningKey};

use super::{app, expect, expect_token, invalid_audience, no_organization, not_accepted, tenant};
use crate::support::{Answer, NOW, ORG, PRODUCTS};

#[tokio::test]
async fn the_fault_that_comes_first_in_the_table_is_answered() {
    let tenant = tenant();
    let app = app(tenant.logto().deny_if(|auth| auth.subject() == "mallory"));
    let foreign = SigningKey::generate(Algorithm::ES384);
    let token = || tenant.token().user("alice");
    let expired = || token().claim("exp", NOW - 60);
    let (invalid, expired_answer) = (Answer::invalid_token(), Answer::expired());
    let misconfigured = Answer::misconfigured();
    for (uri, token, expected) in [
        ("/any", expired().without_header("typ"), &invalid),
        (
            "/any",
            expired().issuer("https://elsewhere.example/oidc"),
            &invalid,
        ),
        ("/any", expired().without_claim("sub"), &invalid),
        ("/any", expired().claim("iat", NOW + 61), &invalid),
        ("/any", expired().claim("nbf", NOW + 61), &invalid),
        ("/any", expired().signed_by(&foreign), &expired_answer),
        ("/any", expired().tampered(), &expired_answer),
        ("/any", expired().user("mallory"), &expired_answer),
        ("/any", expired().resource(ORG), &expired_answer),
        ("/products", expired(), &expired_answer),
        ("/any", token().resource(ORG).signed_by(&foreign), &invalid),
        ("/any", token().resource(ORG).tampered(), &invalid),
        ("/any", token().resource(ORG).user("mallory"), &invalid),
        (
            "/products",
            token().resource(ORG).organization("acme"),
            &invalid_audience(),
        ),
        ("/acme/settings", token(), &invalid_audience()),
        (
            "/acme/settings",
            token().organization("globex"),
            &invalid_audience(),
        ),
        ("/acme/settings", token().resource(ORG), &no_organization()),
        (
            "/products",
            token().resource(PRODUCTS).organization("acme"),
            &not_accepted(),
        ),
        (
            "/acme/invite",
            token().organization("globex"),
            &Answer::mismatch(),
        ),
        // Only a caller with a valid token sees a misconfiguration.
        ("/unnamed", expired(), &expired_answer),
        ("/unnamed", token().tampered(), &invalid),
        ("/unnamed", token().resource(ORG), &misconfigured),
        ("/lost", token().tampered(), &invalid),
        ("/lost", token(), &no_organization()),
        ("/lost", token().organization("acme"), &misconfigured),
    ] {
        expect_token(&app, uri, token, expected).await;
    }
    for (uri, scopes) in [("/unnamed", "read:products"), ("/lost", "invite:member")] {
        expect(&app, uri, &[], &Answer::missing(scopes)).await;
    }
}
