use logto_runtime::{
    Policy,
    policy::{InState, OrganizationSource, Requirement, ScopeExpr},
};

struct Everywhere;

impl Policy for Everywhere {
    const REQUIREMENT: Requirement = Requirement::organization_scopes(ScopeExpr::One("read:data"))
        .with_organization(OrganizationSource::Any);
    type Finder = InState;
}

const _: Requirement = Everywhere::REQUIREMENT;

fn main() {}
