//! Tests of the explorer's page, and of a client of live connections, in headless Chromium. Run them with
//! `cargo test -p logto-browser-tests`.
//!
//! The tests are in the files beside this folder. They need Debian's `chromium`. The variable `CHROME` can
//! name another browser, if it speaks the DevTools protocol. Without a browser, the tests are left out.
//! With `LOGTO_REQUIRE_CHROMIUM=1`, they fail instead.
//!
//! With `LOGTO_SCREENSHOT=overwrite`, the tests renew the screenshot in `logto-runtime/docs`.
