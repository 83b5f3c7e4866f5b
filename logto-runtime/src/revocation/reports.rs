//! Reports overdue webhooks and silences. A silence is a time in which this process sees no new beat in the
//! log. A beat is the sign of life of a process that receives webhooks. The task that reads the log calls
//! [`Reports::update`].

use super::{
    Revocations,
    attached::{Attached, SILENT},
};
use crate::{clock::Reading, telemetry};

/// When the reports began, and whether the current silence was reported.
#[derive(Default)]
pub(super) struct Reports {
    started_at: Option<Reading>,
    silence_reported: bool,
}

impl Reports {
    /// Sets the metric of the length of the silence. Logs once when a silence becomes longer than [`SILENT`],
    /// and once when that silence ends. A process that receives webhooks also logs once when webhooks become
    /// overdue, and once when they arrive again.
    pub(super) fn update(&mut self, list: &Revocations, attached: &Attached, now: Reading) {
        if attached.receives() {
            list.shared.called.report(now);
        }
        let started = *self.started_at.get_or_insert(now);
        let heard = attached.silent_for(now);
        let silent_for = heard.unwrap_or_else(|| now.since(started));
        telemetry::revocations_silent_for(silent_for);
        let silent = silent_for > SILENT;
        if silent != self.silence_reported {
            self.silence_reported = silent;
            if silent {
                let reason = attached.last_error();
                telemetry::revocations_silent(reason.as_ref());
            } else {
                telemetry::revocations_heard();
            }
        }
    }
}
