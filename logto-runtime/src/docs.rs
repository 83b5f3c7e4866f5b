//! Guide pages: how to use this crate, step by step.

macro_rules! pages {
    ($($page:ident $file:literal $($image:literal)?)+) => {$(
        pub mod $page {
            // Rustdoc does not copy images. So the next line defines the link of the image as a `data:` URL,
            // which contains the image. The page also defines the link, for readers on GitHub. In Markdown,
            // the first definition of a link applies, so that line comes before the page.
            $(#![doc = concat!("[screenshot]: ", include_str!(concat!("../docs/", $image)), "\n\n")])?
            #![doc = include_str!(concat!("../docs/", $file))]
        }
    )+};
}

pages! {
    guide "guide.md"
    callers "callers.md"
    layers "layers.md"
    routes "routes.md"
    fits_your_program "fits-your-program.md"
    explorer "explorer.md" "explorer.webp.txt"
    errors_and_challenges "errors-and-challenges.md"
    manifest "manifest.md"
    with_other_crates "with-other-crates.md"
    keys_and_cookies "keys-and-cookies.md"
    users_table "users-table.md"
    several_tenants "several-tenants.md"
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
