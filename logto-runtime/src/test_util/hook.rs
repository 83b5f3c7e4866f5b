//! [`Hook`], a webhook that a test registers in its tenant.

/// A webhook that the Management API lists. The tenant does not send changes of users and members to it.
/// `POST /api/hooks/{id}/test` calls the URL in its request body, even if this webhook has a different URL.
#[derive(Clone, Debug)]
pub struct Hook {
    pub(super) url: String,
    pub(super) events: Vec<String>,
    pub(super) enabled: bool,
    /// The deliveries, oldest first: for each one, its event and the status of the answer.
    pub(super) deliveries: Vec<(String, u16)>,
}

impl Hook {
    /// Creates an enabled webhook with this URL and these events.
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

    /// Adds a delivery, which the Management API lists. `status` is the status of the answer. A delivery with
    /// a status other than 2xx is listed as failed.
    #[must_use]
    pub fn delivered(mut self, event: impl Into<String>, status: u16) -> Self {
        self.deliveries.push((event.into(), status));
        self
    }
}
