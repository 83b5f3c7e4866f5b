//! [`RateLimit`], which limits how often tokens with unknown keys cause a fetch of the key set.

use std::time::Duration;

/// A rate limit of fetches for unknown keys: a token bucket, refilled with one permit per cooldown.
#[derive(Debug)]
pub(super) struct RateLimit {
    size: u32,
    cooldown: Duration,
    left: u32,
    refilled_at: Duration,
}

impl RateLimit {
    pub(super) fn new(size: u32, cooldown: Duration) -> Self {
        Self {
            size,
            cooldown,
            left: size,
            refilled_at: Duration::ZERO,
        }
    }

    /// Takes a permit, or returns how long until a permit is available.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let wait = self.refill(now);
        if self.left == 0 {
            return Err(wait);
        }
        // No cooldown runs while the bucket is full. So the cooldown begins when a permit is taken.
        if self.left == self.size {
            self.refilled_at = now;
        }
        self.left -= 1;
        Ok(())
    }

    /// Puts back a permit, if the bucket is not full.
    pub(super) fn give_back(&mut self) {
        self.left = (self.left + 1).min(self.size);
    }

    /// Adds the permits that are due. Returns how long until a permit is available.
    pub(super) fn refill(&mut self, now: Duration) -> Duration {
        while self.left < self.size && now.saturating_sub(self.refilled_at) >= self.cooldown {
            self.left += 1;
            self.refilled_at += self.cooldown;
        }
        if self.left > 0 {
            return Duration::ZERO;
        }
        self.refilled_at
            .saturating_add(self.cooldown)
            .saturating_sub(now)
    }
}
