//! What a failed try means: another one later, in doubt, out of reach, or enough.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use teloxide::RequestError;

use super::Outside;
use crate::{
    domain::{
        ids::TelegramId,
        message::{InDoubt, Message},
    },
    services::{
        Services,
        outbox::{Claimed, End, LONGEST_WAIT},
        reach,
    },
    telegram::errors::{Verdict, chain, is_outage, may_have_arrived, verdict},
};

/// How many times a message is tried: when it is refused for a reason that may pass, and when Telegram fails.
const MOST_ATTEMPTS: u32 = 12;
const MOST_ATTEMPTS_IN_OUTAGES: u32 = 120;
/// The longest pause between two tries, unless Telegram asks for more.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);

/// Decides about a failure.
pub(super) async fn failed(
    services: &Services,
    claimed: &Claimed,
    began: DateTime<Utc>,
    error: &RequestError,
) -> (End, Outside) {
    let line = chain(error);
    let now = services.clock.now();
    match verdict(error) {
        // A call that is no message has nobody who could be lost.
        Verdict::Unreachable if claimed.recipient == TelegramId::NOBODY => {
            (End::Parked(line), Outside::Answers)
        }
        Verdict::Unreachable => {
            let about = claimed.message.as_ref().and_then(Message::booking);
            // A second refusal says it all.
            let is_lost = if claimed.attempts == 1 {
                reach::lost_since(services, claimed.recipient, about, began).await
            } else {
                reach::lost(services, claimed.recipient, about).await.map(|()| true)
            };
            match is_lost {
                Ok(true) => {
                    tracing::info!(outbox_id = claimed.id.0, error = line, "the person cannot be reached");
                    (End::Unreachable, Outside::Answers)
                }
                Ok(false) => {
                    let end = End::Later { retry_at: now, outage: false, closed: false, error: line };
                    (end, Outside::Answers)
                }
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "that somebody cannot be reached could not be kept");
                    (later(services, claimed, false, line), Outside::Answers)
                }
            }
        }
        Verdict::Never => (End::Parked(line), Outside::Answers),
        Verdict::Later(wait) if matches!(error, RequestError::RetryAfter(_)) => {
            let wait = TimeDelta::from_std(wait.min(LONGEST_WAIT / 2)).unwrap_or_default();
            let end = End::Later { retry_at: now + wait, outage: false, closed: true, error: line };
            (end, Outside::Answers)
        }
        Verdict::Later(_) if may_have_arrived(error) => (in_doubt(services, claimed, line), Outside::Fails),
        Verdict::Later(_) => (later(services, claimed, is_outage(error), line), Outside::Fails),
    }
}

/// The message may have arrived although nobody said so.
pub(super) fn in_doubt(services: &Services, claimed: &Claimed, error: String) -> End {
    match claimed.in_doubt {
        InDoubt::Drop => End::Dropped(error),
        InDoubt::Resend => later(services, claimed, true, error),
    }
}

/// Another try after a growing pause, but not for ever.
pub(super) fn later(services: &Services, claimed: &Claimed, outage: bool, error: String) -> End {
    if claimed.attempts >= if outage { MOST_ATTEMPTS_IN_OUTAGES } else { MOST_ATTEMPTS } {
        return End::Parked(error);
    }
    let doubled = Duration::from_secs(1) * 2u32.saturating_pow(claimed.attempts.saturating_sub(1).min(10));
    let wait = TimeDelta::from_std(doubled.min(LONGEST_BACKOFF)).unwrap_or_default();
    End::Later { retry_at: services.clock.now() + wait, outage, closed: false, error }
}
