//! [`Caller`]: what events and spans show of a verified token.

/// The subject and the client of a verified token, the only claims that events and spans show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller<'a> {
    pub(crate) subject: &'a str,
    pub(crate) client_id: &'a str,
}
