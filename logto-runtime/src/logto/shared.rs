//! What the clones of a [`Logto`] have in common.

use std::sync::Mutex;

use url::Url;

use super::{Logto, auth_info::AuthInfo};
use crate::{
    answer::Render,
    decide::{misconfiguration::Misconfiguration, resources::Resources},
    verify::Verifier,
};

/// Hides [`Shared`] from rustc, which looks through the types of a handler's arguments for each
/// handler anew. What an HTTP client and a cache consist of takes longer than all of the handler.
pub(super) trait Tenant: Send + Sync {
    fn shared(&self) -> &Shared;
}

pub(super) struct Shared {
    pub(super) verifier: Verifier,
    pub(super) settings: Settings,
    pub(super) reported: Mutex<Vec<Misconfiguration>>,
}

/// What a [`Logto`] needs beside its verifier.
pub(crate) struct Settings {
    pub(crate) endpoint: String,
    pub(crate) jwks_url: Url,
    pub(crate) client: reqwest::Client,
    pub(crate) resources: Resources,
    pub(crate) render: Option<Render>,
    pub(crate) deny_if: Vec<DenyIf>,
    pub(crate) announces_metadata: bool,
}

pub(crate) type DenyIf = Box<dyn Fn(&AuthInfo) -> bool + Send + Sync>;

impl Tenant for Shared {
    fn shared(&self) -> &Shared {
        self
    }
}

impl Logto {
    pub(super) fn shared(&self) -> &Shared {
        self.tenant.shared()
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.shared().verifier
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared().settings
    }
}
