//! Adds the name of the process to each logged line. In the demonstration, all processes write to one
//! terminal.

use std::fmt;

use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime, SystemTime},
};

/// Writes the time and the name of the process.
pub(crate) struct Named(pub(crate) String);

impl FormatTime for Named {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        SystemTime.format_time(w)?;
        write!(w, " {}", self.0)
    }
}
