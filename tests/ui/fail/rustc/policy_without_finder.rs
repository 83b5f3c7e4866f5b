//! A policy written by hand says how its guards find the `Logto`.

use logto_runtime::{Policy, policy::Requirement};

struct Any;

impl Policy for Any {
    const REQUIREMENT: Requirement = Requirement::authenticated();
}

fn main() {}
