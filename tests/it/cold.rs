//! Runs the suites `extractors`, `layers` and `organization_binding` a second time, with a `Logto` that
//! has no keys yet. So in each test, the first request that needs a key waits until the keys are fetched.

// The files are the same on purpose: only `COLD` differs.
#![expect(clippy::duplicate_mod, reason = "runs the same tests twice")]

#[path = "extractors/mod.rs"]
mod extractors;
#[path = "layers/mod.rs"]
mod layers;
#[path = "organization_binding/mod.rs"]
mod organization_binding;

const COLD: bool = true;
