//! Attributes in places where macros often fail. Each module must compile, and its `main` runs.

#![cfg(test)]
// Most items are only compiled.
#![allow(dead_code, clippy::all)]

mod alternatives;
mod attribute_by_path;
mod bodies_left_alone;
mod conditional_compilation;
mod every_visibility;
mod fifteen_arguments;
mod foreign_state;
mod functions_in_functions;
mod generic_handlers;
mod impl_trait_arguments;
mod in_middleware;
mod inside_macro_rules;
mod lifetimes;
mod other_attributes;
mod policies;
mod public_handlers;
mod raw_identifiers;
mod scope_language;
mod shadowed_names;
mod stacked_attributes;
mod state_asserted;
mod states;
mod subjects;
mod with_debug_handler;
mod with_instrument;
mod with_utoipa;

#[test]
fn right_guards_compile_in_odd_places() {
    alternatives::main();
    attribute_by_path::main();
    bodies_left_alone::main();
    conditional_compilation::main();
    every_visibility::main();
    fifteen_arguments::main();
    foreign_state::main();
    functions_in_functions::main();
    generic_handlers::main();
    impl_trait_arguments::main();
    in_middleware::main();
    inside_macro_rules::main();
    lifetimes::main();
    other_attributes::main();
    policies::main();
    public_handlers::main();
    raw_identifiers::main();
    scope_language::main();
    shadowed_names::main();
    stacked_attributes::main();
    state_asserted::main();
    states::main();
    subjects::main();
    with_debug_handler::main();
    with_instrument::main();
    with_utoipa::main();
}
