//! The arguments of the program.

/// The number of replicas that the demonstration starts if `--replicas` is not given.
const REPLICAS: u16 = 3;

/// The greatest number of replicas. Each replica is a process on this machine, with a port of its own.
const MOST: u16 = 20;

/// What this process does.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// Starts all other processes on this machine.
    Demonstration {
        replicas: u16,
    },
    Api,
    Webhooks,
    Reconciler {
        /// Whether to accept a new revocation log.
        accept: bool,
    },
}

impl Role {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        match arguments[..] {
            [] => Ok(Self::Demonstration { replicas: REPLICAS }),
            ["--replicas", number] => number_of(number),
            ["--replicas", ..] => number_of(&arguments[1..].join(" ")),
            ["api"] => Ok(Self::Api),
            ["webhooks"] => Ok(Self::Webhooks),
            ["reconciler"] => Ok(Self::Reconciler { accept: false }),
            ["reconciler", "accept"] => Ok(Self::Reconciler { accept: true }),
            ["reconciler", "accept", other, ..]
            | ["api" | "webhooks" | "reconciler", other, ..] => {
                let fix =
                    "leave it out, or write `reconciler accept` to accept a new revocation log";
                Err(format!(
                    "`{other}` is not an argument of this process; {fix}"
                ))
            }
            [other, ..] => {
                let roles = "write `api`, `webhooks` or `reconciler`; write nothing or `--replicas 5` \
                             to start them all";
                Err(format!("`{other}` is not a process of the fleet; {roles}"))
            }
        }
    }

    /// Returns the name of a single process; `None` for the demonstration.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Demonstration { .. } => None,
            Self::Api => Some("api"),
            Self::Webhooks => Some("webhooks"),
            Self::Reconciler { .. } => Some("reconciler"),
        }
    }
}

fn number_of(replicas: &str) -> Result<Role, String> {
    match replicas.parse() {
        Ok(replicas @ 1..=MOST) => Ok(Role::Demonstration { replicas }),
        _ => Err(format!(
            "`--replicas` does not have a number from 1 to {MOST}, but `{replicas}`; write it like \
             `--replicas 5`"
        )),
    }
}
