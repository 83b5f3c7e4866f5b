//! The list of contestants (the servers that are compared).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Unguarded,
    HandWritten,
    ThisCrate,
    ThisCrateUncached,
    /// Another crate.
    Peer,
}

#[derive(Clone, Copy, Debug)]
pub struct Contestant {
    pub name: &'static str,
    /// The name of the contestant's package in `contestants/`, and of its program.
    pub package: &'static str,
    pub argument: Option<&'static str>,
    pub role: Role,
    /// The compared dependencies of the package. The table shows their versions.
    pub crates: &'static [&'static str],
    /// The library that checks signatures. Empty for the unguarded handler.
    pub backend: &'static str,
}

impl Contestant {
    const fn peer(
        name: &'static str,
        package: &'static str,
        crates: &'static [&'static str],
        backend: &'static str,
    ) -> Self {
        Self {
            name,
            package,
            argument: None,
            role: Role::Peer,
            crates,
            backend,
        }
    }

    /// Returns whether `folder` is the contestant's folder in `contestants/`.
    pub fn is_called(self, folder: &str) -> bool {
        self.package.strip_prefix("arena-") == Some(folder)
    }

    /// Returns whether the contestant caches verified tokens.
    pub fn caches(self) -> bool {
        self.role == Role::ThisCrate
    }
}

pub const ALL: [Contestant; 13] = [
    Contestant {
        name: "unguarded",
        package: "arena-unguarded",
        argument: None,
        role: Role::Unguarded,
        crates: &["axum"],
        backend: "",
    },
    // The control: the same program once more. It shows how far two equal processes differ in this run.
    Contestant {
        name: "unguarded, again",
        package: "arena-unguarded",
        argument: None,
        role: Role::Unguarded,
        crates: &["axum"],
        backend: "",
    },
    Contestant {
        name: "this crate",
        package: "arena-this-crate",
        argument: None,
        role: Role::ThisCrate,
        crates: &["logto-runtime"],
        backend: "aws-lc-rs",
    },
    Contestant {
        name: "this crate, `token_cache_bytes(0)`",
        package: "arena-this-crate",
        argument: Some("uncached"),
        role: Role::ThisCrateUncached,
        crates: &["logto-runtime"],
        backend: "aws-lc-rs",
    },
    Contestant {
        name: "written by hand, fixed key",
        package: "arena-hand-written",
        argument: None,
        role: Role::HandWritten,
        crates: &["jsonwebtoken"],
        backend: "aws-lc-rs",
    },
    Contestant::peer(
        "jwt-authorizer",
        "arena-jwt-authorizer",
        &["jwt-authorizer"],
        "ring",
    ),
    Contestant::peer(
        "axum-jwt-auth",
        "arena-axum-jwt-auth",
        &["axum-jwt-auth"],
        "RustCrypto",
    ),
    Contestant::peer(
        "tower-oauth2-resource-server",
        "arena-tower-oauth2-resource-server",
        &["tower-oauth2-resource-server"],
        "RustCrypto",
    ),
    Contestant::peer(
        "tower-oauth2-resource-server, `jwt-aws-lc-rs`",
        "arena-tower-oauth2-resource-server-aws",
        &["tower-oauth2-resource-server"],
        "aws-lc-rs",
    ),
    Contestant::peer(
        "axum-keycloak-auth",
        "arena-axum-keycloak-auth",
        &["axum-keycloak-auth"],
        "ring",
    ),
    Contestant::peer(
        "aliri_axum, aliri_tower",
        "arena-aliri",
        &["aliri_axum", "aliri_tower"],
        "ring",
    ),
    Contestant::peer(
        "huskarl-axum",
        "arena-huskarl-axum",
        &["huskarl-axum"],
        "RustCrypto",
    ),
    Contestant::peer("logto-sdk", "arena-logto-sdk", &["logto-sdk"], "RustCrypto"),
];
