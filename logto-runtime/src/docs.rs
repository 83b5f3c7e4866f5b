//! Guide pages: how to use this crate, step by step.

macro_rules! pages {
    ($($page:ident $file:literal)+) => {$(
        pub mod $page {
            #![doc = include_str!(concat!("../docs/", $file))]
        }
    )+};
}

pages! {
    guide "guide.md"
    callers "callers.md"
    layers "layers.md"
    routes "routes.md"
    errors_and_challenges "errors-and-challenges.md"
    manifest "manifest.md"
    with_other_crates "with-other-crates.md"
    mcp "mcp.md"
    live_connections "live-connections.md"
    other_frameworks "other-frameworks.md"
    openapi "openapi.md"
    resource_metadata "resource-metadata.md"
    telemetry "telemetry.md"
    production "production.md"
    revocation "revocation.md"
    testing "testing.md"
    troubleshooting "troubleshooting.md"
    from_hand_written "from-hand-written.md"
    performance "performance.md"
}
