//! What the task that reads the log reports about the processes that receive webhooks.

use super::{
    Revocations,
    attached::{Attached, SILENT},
};
use crate::{clock::Reading, telemetry};

/// What was reported.
#[derive(Default)]
pub(super) struct Reports {
    started_at: Option<Reading>,
    silence: bool,
}

impl Reports {
    /// Sets the gauge of the silence, and reports what has begun or ended, once.
    pub(super) fn make(&mut self, list: &Revocations, attached: &Attached, now: Reading) {
        if attached.receives() {
            list.shared.called.report(now);
        }
        let started = *self.started_at.get_or_insert(now);
        let heard = attached.silent_for(now);
        let silent_for = heard.unwrap_or_else(|| now.since(started));
        telemetry::revocations_silent_for(silent_for);
        let silent = silent_for > SILENT;
        if silent != self.silence {
            self.silence = silent;
            match silent {
                true => telemetry::revocations_silent(attached.last_error().as_ref()),
                false => telemetry::revocations_heard(),
            }
        }
    }
}
