//! Tests the page of the explorer, and the client of `logto-runtime/docs/live-connections.md`, in headless
//! Chromium. Both send their requests to the example `saas`.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod cells;
#[path = "../explorer/command.rs"]
mod command;
mod contrast;
mod keyboard;
mod layout;
mod live;
mod paste;
mod session;
mod tab;
mod without_script;

use std::{env, future::Future, pin::Pin, process::ExitCode, sync::Arc, time::Duration};

use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

use crate::session::Session;

/// How long the browser may take for each step, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

type Test = for<'a> fn(&'a Session) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

macro_rules! tests {
    ($($file:ident::$test:ident)+) => {
        [$((stringify!($test), |session| Box::pin($file::$test(session)))),+]
    };
}

const TESTS: [(&str, Test); 15] = tests! {
    cells::each_cell_shows_what_the_api_answers_to_its_command
    cells::an_opened_cell_says_why_the_caller_is_rejected
    cells::a_button_copies_the_command
    paste::a_pasted_token_adds_a_column_and_is_not_stored_or_shown
    paste::other_sites_cannot_send_a_token_or_show_the_page_in_a_frame
    keyboard::the_page_can_be_used_with_the_keyboard_alone
    live::a_new_token_opens_a_new_socket_after_a_revocation
    live::an_outage_of_logto_does_not_sign_the_user_out
    live::a_failed_handshake_clears_the_token_only_if_the_service_rejects_it
    live::a_socket_that_is_closed_at_once_is_opened_again_more_and_more_slowly
    live::a_stream_ends_after_a_revocation_and_a_rejected_token_is_replaced
    without_script::the_page_works_without_script
    contrast::each_text_has_enough_contrast_in_light_and_dark_mode
    layout::everything_is_in_view_on_a_laptop
    layout::the_table_has_headings_for_rows_and_columns
};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // All tests share one browser.
    arguments.test_threads = Some(1);
    let runtime = Runtime::new().unwrap();
    let required = env::var_os("LOGTO_REQUIRE_CHROMIUM").is_some_and(|it| it == "1");
    let session = match runtime.block_on(Session::start()) {
        Ok(session) => Some(session),
        Err(problem) if required => {
            eprintln!(
                "{problem}, and LOGTO_REQUIRE_CHROMIUM=1 requires a browser; install chromium, or \
                 name another browser in CHROME"
            );
            return ExitCode::FAILURE;
        }
        Err(problem) => {
            println!(
                "left out: the tests in a browser ({} tests), because {problem}. Install a browser \
                 with `apt-get install chromium`, or name another one in CHROME.",
                TESTS.len()
            );
            None
        }
    };
    let is_missing = session.is_none();
    let shared = Arc::new((runtime, session));
    let trials = TESTS
        .into_iter()
        .map(|(name, test)| {
            let shared = Arc::clone(&shared);
            let trial = Trial::test(name, move || {
                let (runtime, session) = &*shared;
                if let Some(session) = session {
                    runtime.block_on(test(session));
                }
                Ok(())
            });
            trial.with_ignored_flag(is_missing)
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let code = conclusion.exit_code();
    drop(shared);
    code
}
