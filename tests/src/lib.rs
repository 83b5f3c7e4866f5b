//! Keeps the documentation true: its code compiles and runs, its links lead somewhere. And the
//! structure: folders import in one direction.

#[cfg(test)]
mod documents;
#[cfg(test)]
mod own_handlers;
#[cfg(test)]
mod structure;

macro_rules! code_of {
    ($($page:ident: $path:literal)+) => {$(
        #[cfg(doctest)]
        #[doc = include_str!($path)]
        pub mod $page {}
    )+};
}

code_of! {
    readme: "../../README.md"
    callers: "../../docs/callers.md"
    errors_and_challenges: "../../docs/errors-and-challenges.md"
    from_hand_written: "../../docs/from-hand-written.md"
    guide: "../../docs/guide.md"
    layers: "../../docs/layers.md"
    openapi: "../../docs/openapi.md"
    require_any: "../../logto-macros/docs/require_any.md"
    require_auth: "../../logto-macros/docs/require_auth.md"
    require_org_permission: "../../logto-macros/docs/require_org_permission.md"
    require_org_scopes: "../../logto-macros/docs/require_org_scopes.md"
    require_scopes: "../../logto-macros/docs/require_scopes.md"
    public: "../../logto-macros/docs/public.md"
    scopes: "../../logto-macros/docs/scopes.md"
    resource_metadata: "../../docs/resource-metadata.md"
    routes: "../../docs/routes.md"
    telemetry: "../../docs/telemetry.md"
    troubleshooting: "../../docs/troubleshooting.md"
}
