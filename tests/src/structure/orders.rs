//! The stages of each crate, earlier stages first. A stage imports only earlier stages.

/// The stages of a crate: the folders and files of its `src/`.
pub(super) struct Order {
    pub(super) package: &'static str,
    /// The names, earlier stages first.
    pub(super) stages: &'static [&'static str],
    /// Stages that do not import any stage, not even each other.
    pub(super) leaves: &'static [&'static str],
    /// The file names of modules that are not stages. These modules re-export, document or test stages, or
    /// simulate a tenant.
    pub(super) outside: &'static [&'static str],
}

pub(super) const RUNTIME: Order = Order {
    package: "logto-runtime",
    stages: &[
        "clock",
        "config",
        "telemetry",
        "token",
        "policy",
        "jwks",
        "verify",
        "revocation",
        "decide",
        "answer",
        "logto",
        "extract",
        "layer",
        "describe",
        "routes",
        "explorer",
    ],
    leaves: &["clock", "config", "telemetry"],
    outside: &["private", "docs", "test_util"],
};

pub(super) const ORDERS: &[Order] = &[
    RUNTIME,
    Order {
        package: "logto-macros",
        stages: &[
            "errors",
            "kind",
            "attribute_keys",
            "item",
            "manifest",
            "model",
            "operation",
            "args",
            "constants",
            "validate",
            "expand",
        ],
        leaves: &["errors", "kind"],
        outside: &["random_tokens", "snapshots"],
    },
    Order {
        package: "logto-manifest",
        stages: &[
            "locate",
            "suggest",
            "syntax",
            "manifest",
            "constants",
            "lookup",
        ],
        leaves: &["locate", "suggest", "syntax"],
        outside: &[],
    },
    Order {
        package: "logto-management",
        stages: &[
            "credentials",
            "endpoint",
            "http_client",
            "error",
            "answer",
            "exchange",
            "token",
            "client",
            "builder",
            "environment",
            "resources",
            "organizations",
            "hooks",
            "reconciler",
        ],
        leaves: &["credentials", "endpoint", "error"],
        outside: &[],
    },
    Order {
        package: "cargo-logto",
        stages: &[
            "cli", "output", "progress", "text", "failure", "finding", "manual", "usage",
            "project", "tenant", "report", "source", "matrix", "pull", "push", "check", "token",
            "explain",
        ],
        leaves: &["cli", "output", "progress", "text"],
        outside: &[],
    },
];
