//! The page of the explorer in headless Chromium: `cargo test -p logto-browser-tests`.
//!
//! The tests are in `main.rs` beside this folder. They need Debian's `chromium`, or another browser that
//! speaks the DevTools protocol and that the variable `CHROME` names. Without one, they are left out, and
//! with `LOGTO_REQUIRE_CHROMIUM=1` they fail.
//!
//! With `LOGTO_SCREENSHOT=overwrite`, they renew the screenshot in `logto-runtime/docs`.
