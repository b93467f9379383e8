//! Time as a value: whoever needs the present is handed a [`Clock`]. Nothing else in the crate reads the system's.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};

/// A source of the present instant, in UTC with microsecond precision (what the database stores).
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// The clock shared by a running program.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
        Utc::now().trunc_subsecs(6)
    }
}
