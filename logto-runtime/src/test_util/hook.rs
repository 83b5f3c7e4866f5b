//! [`Hook`], a webhook that a test registers in its tenant.

/// A webhook, as the Management API lists it. The tenant sends only test calls to its URL, and only if the
/// request for the test call names this URL.
#[derive(Clone, Debug)]
pub struct Hook {
    pub(super) url: String,
    pub(super) events: Vec<String>,
    pub(super) enabled: bool,
    /// The event and the status of the answer of each delivery, oldest first.
    pub(super) deliveries: Vec<(String, u16)>,
}

impl Hook {
    /// Creates an enabled webhook that delivers these events to `url`.
    #[must_use]
    pub fn new<I: IntoIterator<Item: Into<String>>>(url: impl Into<String>, events: I) -> Self {
        Self {
            url: url.into(),
            events: events.into_iter().map(Into::into).collect(),
            enabled: true,
            deliveries: Vec::new(),
        }
    }

    /// Disables the webhook.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// Adds a delivery, which the Management API then lists. It lists the delivery as failed if `status` is not
    /// 2xx.
    #[must_use]
    pub fn delivered(mut self, event: impl Into<String>, status: u16) -> Self {
        self.deliveries.push((event.into(), status));
        self
    }
}
