use logto_runtime::{
    __private::Passed,
    Policy,
    policy::{OrganizationSource, Requirement, ScopeExpr},
    require_auth, require_org_permission, require_org_scopes, require_scopes,
};

const A: ScopeExpr = ScopeExpr::One("a");
const B: ScopeExpr = ScopeExpr::One("b");
const C: ScopeExpr = ScopeExpr::One("c");
const A_AND_B: ScopeExpr = ScopeExpr::All(&[A, B]);
const A_OR_B: ScopeExpr = ScopeExpr::Any(&[A, B]);

#[require_scopes("a")]
async fn one() {}
#[require_scopes("a", "b")]
async fn list() {}
#[require_scopes(all("a", "b"))]
async fn all() {}
#[require_scopes(any("a", "b"))]
async fn any() {}
#[require_scopes(any("a"))]
async fn any_of_one() {}
#[require_scopes("c", any("a", "b"))]
async fn one_and_any() {}
#[require_scopes(any("c", all("a", "b")))]
async fn any_of_all() {}
#[require_scopes(all(any("a", "b"), any("a", "c")))]
async fn one_scope_in_two_groups() {}
#[require_scopes(r"a", r#"b"#)]
async fn raw_strings() {}
#[require_scopes("a!#$%&'()*+,-./:;<=>?@[]^_`{|}~")]
async fn every_punctuation() {}

#[require_auth()]
async fn auth() {}
#[require_auth(resource = "products")]
async fn auth_for_resource() {}
#[require_scopes(resource = "https://api.example.com/org", "a")]
async fn arguments_first() {}
#[require_org_permission("a", org = path("id"))]
async fn by_path() {}
#[require_org_permission("a", org = header("X-Organization-ID"))]
async fn by_header() {}
#[require_org_scopes(any("a", "b"), org = token, resource = "org")]
async fn by_token() {}

fn requirement<P: Policy, F>(_: fn(Passed<P>) -> F) -> Requirement {
    P::REQUIREMENT
}

pub(crate) fn main() {
    assert_eq!(requirement(one), Requirement::scopes(A));
    assert_eq!(requirement(list), Requirement::scopes(A_AND_B));
    assert_eq!(requirement(all), Requirement::scopes(A_AND_B));
    assert_eq!(requirement(any), Requirement::scopes(A_OR_B));
    assert_eq!(requirement(any_of_one), Requirement::scopes(A));
    assert_eq!(
        requirement(one_and_any),
        Requirement::scopes(ScopeExpr::All(&[C, A_OR_B]))
    );
    assert_eq!(
        requirement(any_of_all),
        Requirement::scopes(ScopeExpr::Any(&[C, A_AND_B]))
    );
    assert_eq!(
        requirement(one_scope_in_two_groups),
        Requirement::scopes(ScopeExpr::All(&[A_OR_B, ScopeExpr::Any(&[A, C])]))
    );
    assert_eq!(requirement(raw_strings), Requirement::scopes(A_AND_B));
    assert_eq!(
        requirement(every_punctuation),
        Requirement::scopes(ScopeExpr::One("a!#$%&'()*+,-./:;<=>?@[]^_`{|}~"))
    );

    assert_eq!(requirement(auth), Requirement::authenticated());
    assert_eq!(
        requirement(auth_for_resource),
        Requirement::authenticated().with_resource("products")
    );
    assert_eq!(
        requirement(arguments_first),
        Requirement::scopes(A).with_resource("https://api.example.com/org")
    );
    let permission = Requirement::organization_permission(A);
    assert_eq!(
        requirement(by_path),
        permission.with_organization(OrganizationSource::Path("id"))
    );
    assert_eq!(
        requirement(by_header),
        permission.with_organization(OrganizationSource::Header("x-organization-id"))
    );
    assert_eq!(
        requirement(by_token),
        Requirement::organization_scopes(A_OR_B)
            .with_resource("org")
            .with_organization(OrganizationSource::Token)
    );
}
