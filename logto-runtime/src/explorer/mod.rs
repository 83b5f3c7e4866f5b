//! A page for development. It shows who may call what, and why others may not.
//!
//! Input: the table of [`Routes`]. Tests and examples also pass a `TestTenant`, which mints tokens. Output:
//! an axum router with one page, or a [`Matrix`] to keep in a file.
//!
//! - Rows are routes with their guards. Columns are personas (callers). The guards and extractors of a route
//!   decide its cells. No handler is called, and these decisions are neither logged nor counted.
//! - A pasted token is a further column. The browser sends the token in the body of a form. The token is
//!   neither stored nor logged.
//! - The page tells more than callers may know. By default, only loopback peers get the page.
//!
//! ```
//! use axum::Router;
//! use logto_runtime::{Logto, public, require_scopes, routes::Routes};
//!
//! #[require_scopes("read:products")]
//! async fn list() {}
//!
//! fn app(logto: Logto) -> Router {
//!     let routes = Routes::new().get("/products", list);
//!     let explorer = logto.explorer(&routes);
//!     routes.into_router().with_state(logto).merge(explorer)
//! }
//! ```
//!
//! See [the page about the explorer](crate::docs::explorer).
//!
//! To read the code, begin with this file. Then read, in this order:
//!
//! - The data: `row` (a request to a route), with `pattern` and `reach` (which route gets a request),
//!   `persona` and `cast` (the callers), `combinations` and `token_request`, `verdict` (the decision about
//!   one request) and `grid` (all decisions).
//! - The file: `matrix/`.
//! - The page: `page/`, `html`, `words`, `claims` and `command`.
//! - The answers to requests: `gate`, `paste` and `serve`.

#[cfg(feature = "test-util")]
mod cast;
mod claims;
mod combinations;
mod command;
mod gate;
mod grid;
mod html;
mod matrix;
mod page;
mod paste;
mod pattern;
mod persona;
mod reach;
mod row;
mod serve;
mod token_request;
mod verdict;
mod words;

use std::fmt;

use self::{
    claims::Claims,
    command::ExampleBody,
    grid::Grid,
    persona::Persona,
    row::{Row, names_organization},
};
pub use self::{
    matrix::{InvalidMatrix, MATRIX_VERSION, Matrix, MatrixCell, MatrixDifference, MatrixRoute},
    token_request::TokenRequest,
};
#[cfg(feature = "test-util")]
use crate::{
    config::ConfigError,
    test_util::{TestTenant, minter::Minter},
};
use crate::{
    logto::Logto,
    routes::{Route, Routes},
};

/// The organization in requests of an explorer without a `TestTenant`.
const SOME_ORGANIZATION: &str = "your-organization";

/// The explorer of a program. Its page shows who may call each route.
///
/// [`Logto::explorer`] creates it. Pass it to [`Router::merge`](axum::Router::merge), or make it a router
/// with [`into_router`](Self::into_router).
#[must_use = "merge it into a router"]
pub struct Explorer {
    logto: Logto,
    routes: Vec<Route>,
    bodies: Vec<ExampleBody>,
    allow_remote: bool,
    #[cfg(feature = "test-util")]
    tenant: Option<Minter>,
}

impl Logto {
    /// Returns an explorer of these routes. It shows who may call them, and why others may not.
    ///
    /// The explorer is for development. Its router has the page at `/`, and the files `/matrix.json`,
    /// `/explorer.css` and `/explorer.js`.
    ///
    /// Three personas (callers) need no `TestTenant`. The first sends no token, the second sends a text that
    /// is not a token, and the third sends an opaque token. [`Explorer::tenant`] adds others. The owner of a
    /// pasted token is one more persona.
    ///
    /// Serve the router with `into_make_service_with_connect_info::<SocketAddr>()`, so that the explorer
    /// knows the addresses of its peers. After [`Explorer::allow_remote`], it does not need the addresses.
    pub fn explorer<S>(&self, routes: &Routes<S>) -> Explorer
    where
        S: Clone + Send + Sync + 'static,
    {
        Explorer {
            logto: self.clone(),
            routes: routes.table().to_vec(),
            bodies: Vec::new(),
            allow_remote: false,
            #[cfg(feature = "test-util")]
            tenant: None,
        }
    }
}

impl Explorer {
    /// Adds personas whose tokens this tenant mints:
    ///
    /// - the owner of an ID token;
    /// - a user and a machine, each once without scopes and once with scopes;
    /// - a member and an administrator of each organization;
    /// - the owner of an expired token;
    /// - the owner of a revoked token, if the program has a list of revocations.
    ///
    /// The organizations are the first two of the tenant. If the tenant has fewer than two, and routes name
    /// an organization, the explorer invents the missing ones.
    ///
    /// The [`Logto`] of the explorer must accept tokens of this tenant.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn tenant(mut self, tenant: &TestTenant) -> Self {
        self.tenant = Some(tenant.minter());
        self
    }

    /// Adds a JSON body to the commands that the page shows for this route.
    ///
    /// Write the method and the path as the table of [`Routes`] shows them.
    pub fn example_body(
        mut self,
        method: impl Into<String>,
        path: impl Into<String>,
        json: impl Into<String>,
    ) -> Self {
        self.bodies.push(ExampleBody {
            method: method.into(),
            path: path.into(),
            json: json.into(),
        });
        self
    }

    /// Shows the page to every peer, under every host name. Without this call, [five
    /// conditions](crate::docs::explorer) restrict the page to the loopback interface.
    ///
    /// After this call, everyone who can reach the program can see who may call what. With
    /// [`tenant`](Self::tenant), they can also see tokens of the test tenant.
    pub fn allow_remote(mut self) -> Self {
        self.allow_remote = true;
        self
    }

    /// Decides for each route whether each persona may call it, and returns the decisions.
    pub async fn matrix(&self) -> Matrix {
        Matrix::of(&self.grid(None).await)
    }

    async fn grid(&self, pasted: Option<String>) -> Grid {
        let mut organizations = self.organizations();
        let mut personas: Vec<_> = Persona::strangers();
        personas.extend(self.minted(&organizations));
        if let Some(token) = pasted {
            // The page also has rows for the organization that the pasted token names.
            let own = Claims::of(&token);
            let own = own.as_ref().and_then(Claims::organization);
            if let Some(own) = own.filter(|own| !organizations.iter().any(|it| it == own)) {
                organizations.push(own.to_owned());
            }
            personas.insert(0, Persona::pasted(token));
        }
        let routes = self.routes.iter();
        let rows = routes.flat_map(|route| Row::of(route, &self.routes, &organizations));
        Grid::decided(rows.collect(), &self.routes, personas, &self.logto).await
    }

    #[cfg(feature = "test-util")]
    fn organizations(&self) -> Vec<String> {
        match &self.tenant {
            Some(tenant) => cast::organizations(tenant, self.routes.iter().any(names_organization)),
            None => vec![SOME_ORGANIZATION.to_owned()],
        }
    }

    #[cfg(not(feature = "test-util"))]
    fn organizations(&self) -> Vec<String> {
        if self.routes.iter().any(names_organization) {
            vec![SOME_ORGANIZATION.to_owned()]
        } else {
            Vec::new()
        }
    }

    #[cfg(feature = "test-util")]
    fn minted(&self, organizations: &[String]) -> Vec<Persona> {
        let tenant = self.tenant.iter();
        tenant
            .flat_map(|tenant| cast::personas(tenant, organizations, &self.logto))
            .collect()
    }

    #[cfg(not(feature = "test-util"))]
    fn minted(&self, _: &[String]) -> Vec<Persona> {
        Vec::new()
    }

    fn has_tenant(&self) -> bool {
        #[cfg(feature = "test-util")]
        return self.tenant.is_some();
        #[cfg(not(feature = "test-util"))]
        false
    }
}

/// Decides for each route whether each persona, including those of the tenant, may call it. A test can keep
/// the result in a file.
///
/// Builds a [`Logto`] from [`TestTenant::logto`] without further settings. If your program has named
/// resources, `deny_if` or other settings, call `logto.explorer(&routes).tenant(&tenant).matrix()` instead.
///
/// # Errors
///
/// Returns an error if the tenant has no resource.
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub async fn matrix<S>(routes: &Routes<S>, tenant: &TestTenant) -> Result<Matrix, ConfigError>
where
    S: Clone + Send + Sync + 'static,
{
    let logto = tenant.logto().build()?;
    Ok(logto.explorer(routes).tenant(tenant).matrix().await)
}

impl fmt::Debug for Explorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explorer")
            .field("logto", &self.logto)
            .field("routes", &self.routes.len())
            .field("allow_remote", &self.allow_remote)
            .finish_non_exhaustive()
    }
}
