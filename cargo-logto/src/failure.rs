//! Exit codes, and failures that end a command.

use std::process::ExitCode;

use logto_management::{ConfigError, Error};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything is in sync.
    InSync = 0,
    /// There are differences.
    Differences = 1,
    /// The usage or the configuration is wrong.
    Configuration = 2,
    /// The tenant can't be reached, or refuses.
    Tenant = 3,
}

/// What ended a command. The message ends with the fix, and contains no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Configuration,
            message: message.into(),
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
        Self {
            exit: Exit::Tenant,
            message: error.to_string(),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
