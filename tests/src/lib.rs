//! Tests of the repository itself:
//!
//! - The code in the documentation compiles, and most of it runs. Links within the repository work. Alert
//!   rules name metrics that exist.
//! - The language is plain. Each source file, except cases of compile-time tests, begins with a sentence
//!   about its contents.
//! - A stage (a folder or file of `src/`) imports only earlier stages. Files and folders do not import each
//!   other in a circle.
//! - Requests of tests do not go through the proxy of the machine.
//! - No public item of `logto-runtime` names a type of the crate `redis`.
//! - `README.md` is short.
//! - In the workflow for CI, only one job reads the secret, and only for permitted branches.

#[cfg(test)]
mod alert_rules;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod first_lines;
#[cfg(test)]
mod own_handlers;
#[cfg(test)]
mod plain_english;
#[cfg(test)]
mod production;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod redis_types;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod workflow;

macro_rules! code_of {
    ($($page:ident: $path:literal)+) => {$(
        #[cfg(doctest)]
        #[doc = include_str!($path)]
        pub mod $page {}
    )+};
}

code_of! {
    readme: "../../README.md"
    callers: "../../logto-runtime/docs/callers.md"
    errors_and_challenges: "../../logto-runtime/docs/errors-and-challenges.md"
    fits_your_program: "../../logto-runtime/docs/fits-your-program.md"
    explorer: "../../logto-runtime/docs/explorer.md"
    from_hand_written: "../../logto-runtime/docs/from-hand-written.md"
    guide: "../../logto-runtime/docs/guide.md"
    keys_and_cookies: "../../logto-runtime/docs/keys-and-cookies.md"
    layers: "../../logto-runtime/docs/layers.md"
    openapi: "../../logto-runtime/docs/openapi.md"
    production: "../../logto-runtime/docs/production.md"
    require_any: "../../logto-macros/docs/require_any.md"
    require_auth: "../../logto-macros/docs/require_auth.md"
    require_org_permission: "../../logto-macros/docs/require_org_permission.md"
    require_org_scopes: "../../logto-macros/docs/require_org_scopes.md"
    require_scopes: "../../logto-macros/docs/require_scopes.md"
    guarded_by: "../../logto-macros/docs/guarded_by.md"
    public: "../../logto-macros/docs/public.md"
    scopes: "../../logto-macros/docs/scopes.md"
    resource_metadata: "../../logto-runtime/docs/resource-metadata.md"
    revocation: "../../logto-runtime/docs/revocation.md"
    routes: "../../logto-runtime/docs/routes.md"
    several_tenants: "../../logto-runtime/docs/several-tenants.md"
    telemetry: "../../logto-runtime/docs/telemetry.md"
    troubleshooting: "../../logto-runtime/docs/troubleshooting.md"
    users_table: "../../logto-runtime/docs/users-table.md"
}
