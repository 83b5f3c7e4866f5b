//! Exit codes, and failures that end a command.

use std::process::ExitCode;

use logto_management::{ConfigError, Error};

use crate::text::plain;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything is in sync, or the command did what it was asked for.
    InSync = 0,
    /// There are differences, or no guard accepts the token.
    Differences = 1,
    /// The usage or the configuration is wrong.
    Configuration = 2,
    /// The tenant can't be reached, or refuses a request.
    Tenant = 3,
}

/// Why a command failed. The message ends with the fix, if one is known, and does not contain secrets.
/// Control characters are escaped, because the message can contain names from the tenant or the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn configuration(message: impl AsRef<str>) -> Self {
        Self::new(Exit::Configuration, message)
    }

    /// Returns the failure for a tenant that can't be reached, or refuses a request.
    pub(crate) fn tenant(message: impl AsRef<str>) -> Self {
        Self::new(Exit::Tenant, message)
    }

    /// Returns a configuration failure whose message has several lines.
    pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|line| plain(&line)).collect();
        Self {
            exit: Exit::Configuration,
            message: lines.join("\n"),
        }
    }

    fn new(exit: Exit, message: impl AsRef<str>) -> Self {
        Self {
            exit,
            message: plain(message.as_ref()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::configuration(error.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::tenant(error.to_string())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
