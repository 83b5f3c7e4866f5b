use logto_runtime::{
    Policy,
    policy::{OrganizationSource, Requirement, ScopeExpr},
};

struct Everywhere;

impl Policy for Everywhere {
    const REQUIREMENT: Requirement = Requirement::organization_scopes(ScopeExpr::One("read:data"))
        .with_organization(OrganizationSource::Any);
}

const _: Requirement = Everywhere::REQUIREMENT;

fn main() {}
