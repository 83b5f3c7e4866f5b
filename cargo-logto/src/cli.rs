//! Commands and options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::NonEmptyStringValueParser as NonEmpty};
use clap_complete::Shell;

/// Keep logto.toml, the Logto tenant and the guards of a program in sync.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-logto",
    bin_name = "cargo logto",
    version,
    arg_required_else_help = true,
    after_help = AFTER_HELP
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) project: ProjectOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Environment:
  LOGTO_ENDPOINT             the tenant's endpoint, such as https://your-tenant.logto.app
  LOGTO_M2M_APP_ID           the id of a machine-to-machine application with the role
                             `Logto Management API access`
  LOGTO_M2M_APP_SECRET       its secret. The Management API has one scope, `all`: whoever has
                             the secret can do everything in the tenant
  LOGTO_MANAGEMENT_RESOURCE  the API identifier of the Management API
                             [default on Logto Cloud: https://<tenant>.logto.app/api]
                             [default elsewhere: https://default.logto.app/api]

Exit codes:
  0  in sync, or done
  1  differences; for `explain`: no guard accepts the token
  2  wrong usage or configuration
  3  the tenant can't be reached, or refuses a request";

/// Options that name the project of a command.
#[derive(Args, Debug)]
pub(crate) struct ProjectOptions {
    /// The Cargo.toml of the crate or workspace [default: the nearest one]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write or update logto.toml from the tenant; comments, order and names are kept
    Pull(PullOptions),
    /// Compare logto.toml with the guards in the source and with the tenant
    Check(CheckOptions),
    /// Create in the tenant what only logto.toml has; never delete, rename or assign
    Push(PushOptions),
    /// Show which guards of the program accept an access token, and why others do not
    Explain(ExplainOptions),
    /// Print an access token of the machine-to-machine application, for curl
    Token(TokenOptions),
    /// Show a matrix of the explorer as a table; needs neither a secret nor a network
    Matrix(MatrixOptions),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page
    Man,
}

#[derive(Args, Debug)]
pub(crate) struct PullOptions {
    /// Write nothing; show the difference, and exit with 1 if there is one
    #[arg(long)]
    pub(crate) check: bool,
    /// Update only this API resource in the file; can be repeated
    #[arg(long, value_name = "URL", value_parser = NonEmpty::new())]
    pub(crate) resource: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CheckOptions {
    /// Compare only with the source; needs neither a secret nor a network
    #[arg(long)]
    pub(crate) offline: bool,
    /// Treat warnings as errors
    #[arg(long)]
    pub(crate) strict: bool,
    /// The format of the findings [default: github if GITHUB_ACTIONS is true, else human]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// One JSON document on stdout
    Json,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Args, Debug)]
pub(crate) struct PushOptions {
    /// Show the plan, and exit with 1 if there is something to create
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Args)]
pub(crate) struct ExplainOptions {
    /// The access token [default: standard input, which keeps it out of the shell's history]
    #[arg(
        default_value = "-",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub(crate) token: String,
}

impl std::fmt::Debug for ExplainOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExplainOptions").finish_non_exhaustive()
    }
}

#[derive(Args, Debug)]
pub(crate) struct TokenOptions {
    /// The API resource that the token is for
    #[arg(
        long,
        value_name = "URL",
        // An empty value, as of an unset shell variable, would ask for a token without a resource.
        value_parser = NonEmpty::new(),
        required_unless_present = "organization"
    )]
    pub(crate) resource: Option<String>,
    /// The scopes, separated by spaces
    #[arg(
        long,
        value_name = "SCOPES",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) scope: String,
    /// The organization
    // An empty value would ask for a token without an organization.
    #[arg(long, value_name = "ID", value_parser = NonEmpty::new())]
    pub(crate) organization: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct MatrixOptions {
    /// The file in which a test keeps the matrix; - for standard input
    #[arg(value_name = "FILE", default_value = "matrix.json")]
    pub(crate) file: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Rendering::Markdown)]
    pub(crate) format: Rendering,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rendering {
    /// A table for a pull request
    Markdown,
    /// A document for a browser
    Html,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definitions_of_commands_and_options_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn debug_output_does_not_contain_the_token() {
        let options = ExplainOptions {
            token: "eyJ".to_owned(),
        };
        assert_eq!(format!("{options:?}"), "ExplainOptions { .. }");
    }
}
