//! The explorer decides on tokens that no caller has sent. The program must not keep anything of these
//! decisions.

use logto_runtime::{Logto, explorer::Matrix, test_util::TestTenant};

use crate::support::{API, form, routes, send, tenant};

/// Returns the cell of a persona (a sample caller) for the first route.
fn cell(matrix: &Matrix, persona: &str) -> String {
    let column = matrix.personas.iter().position(|it| it == persona);
    matrix.routes[0].cells[column.unwrap()].to_string()
}

/// A process with access to the log of revocations appends the entries that the log lacks. An entry of the
/// explorer would get into the log in this way.
#[tokio::test]
async fn the_revoked_token_of_the_explorer_does_not_become_an_entry_of_the_list() {
    let tenant = tenant();
    let revocations = tenant.revocations().start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let explorer = logto.explorer(&routes()).tenant(&tenant);
    for _ in 0..2 {
        let matrix = explorer.matrix().await;
        assert_eq!(cell(&matrix, "revoked"), "401 revoked");
        assert_eq!(cell(&matrix, "user with the scopes"), "200 granted");
    }
    assert_eq!(revocations.health().entries, 0);
}

#[tokio::test]
async fn tokens_of_the_explorer_do_not_get_into_the_token_cache() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = logto.explorer(&routes()).tenant(&tenant).into_router();
    let token = tenant.token().user("alice").mint();
    let page = send(&app, form(&token)).await.body;
    assert!(page.contains("pasted token: granted"), "{page}");
    assert_eq!(logto.health().cached_tokens, 0);
}

#[tokio::test]
async fn with_several_tenants_the_revoked_token_is_revoked_in_the_list_of_its_own_tenant() {
    let other = TestTenant::builder().resource(API, ["read:products"]);
    let (other, tenant) = (other.start(), tenant());
    let guarded = |tenant: &TestTenant| {
        let revocations = tenant.revocations().start().unwrap();
        let logto = tenant.logto().revocations(&revocations).build().unwrap();
        (logto, revocations)
    };
    let ((first, _first_list), (second, _second_list)) = (guarded(&other), guarded(&tenant));
    let logto = Logto::any_of([first, second]).unwrap();
    let matrix = logto.explorer(&routes()).tenant(&tenant).matrix().await;
    assert_eq!(cell(&matrix, "revoked"), "401 revoked");
    assert_eq!(cell(&matrix, "user with the scopes"), "200 granted");
}
