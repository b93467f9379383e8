//! What an answer of Telegram means for us; the only place that tells its errors apart.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use crate::services::ServiceError;

/// Why the Telegram side could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
    #[error("Telegram refuses the token; check TELOXIDE_TOKEN")]
    BadToken,
    #[error("Telegram cannot be reached")]
    Unreachable(#[source] Box<RequestError>),
}

impl From<RequestError> for SetupError {
    fn from(error: RequestError) -> SetupError {
        match error {
            RequestError::Api(ApiError::InvalidToken) => SetupError::BadToken,
            error => SetupError::Unreachable(Box::new(error)),
        }
    }
}

/// Why handling an update failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandleError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("telegram")]
    Telegram(#[from] RequestError),
    #[error("the handler took too long")]
    Timeout,
    #[error("the handler panicked")]
    Panic,
}

/// What to do about a failed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The person cannot be reached any more: nothing more to do.
    Unreachable,
    /// It may work after this time.
    Later(Duration),
    /// It never will.
    Never,
}

/// The longest wait that Telegram may ask for before we doubt it.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// How Telegram describes answers of 500 and above.
const OUTAGES: [&str; 4] = ["Bad Gateway", "Internal Server Error", "Gateway Timeout", "Service Unavailable"];

pub(super) fn verdict(error: &RequestError) -> Verdict {
    match error {
        RequestError::RetryAfter(wait) => Verdict::Later(wait.duration().min(LONGEST_WAIT)),
        RequestError::Network(_) | RequestError::Io(_) => Verdict::Later(Duration::from_secs(1)),
        // A proxy's page instead of JSON, as 5xx answers have it.
        RequestError::InvalidJson { .. } => Verdict::Later(Duration::from_secs(3)),
        RequestError::Api(
            ApiError::BotBlocked
            | ApiError::UserDeactivated
            | ApiError::ChatNotFound
            | ApiError::CantInitiateConversation
            | ApiError::CantTalkWithBots,
        ) => Verdict::Unreachable,
        // Refusals that teloxide does not know by name all begin like this.
        RequestError::Api(ApiError::Unknown(text)) if text.starts_with("Forbidden:") => Verdict::Unreachable,
        // An outage, told in Telegram's own form.
        RequestError::Api(ApiError::Unknown(text))
            if OUTAGES.iter().any(|outage| text.starts_with(outage)) =>
        {
            Verdict::Later(Duration::from_secs(3))
        }
        RequestError::Api(_) | RequestError::MigrateToChatId(_) => Verdict::Never,
    }
}

/// Whether an edit failed only because the message cannot be edited any more.
pub(super) fn wants_new_message(error: &RequestError) -> bool {
    matches!(
        error,
        RequestError::Api(
            ApiError::MessageToEditNotFound | ApiError::MessageCantBeEdited | ApiError::MessageIdInvalid
        )
    )
}

/// Whether an edit failed only because there was nothing to change.
pub(super) fn is_not_modified(error: &RequestError) -> bool {
    matches!(error, RequestError::Api(ApiError::MessageNotModified))
}

/// How a failed update is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Retry {
    pub(super) after: Duration,
    /// How many tries may end like this, in doubt whether the message arrived; `None` where only time sets a limit.
    pub(super) most: Option<u32>,
}

impl HandleError {
    /// Whether and how the same update is worth another try.
    pub(super) fn retry(&self) -> Option<Retry> {
        let patiently = |after| Retry { after, most: None };
        match self {
            HandleError::Service(error) => {
                error.is_passing().then_some(patiently(Duration::from_millis(500)))
            }
            HandleError::Telegram(error) => match verdict(error) {
                // The message may have arrived all the same: two are better than none, but not eight.
                Verdict::Later(after) if may_have_arrived(error) => Some(Retry { after, most: Some(2) }),
                Verdict::Later(after) => Some(patiently(after)),
                Verdict::Unreachable | Verdict::Never => None,
            },
            HandleError::Timeout => Some(Retry { after: Duration::from_secs(1), most: Some(2) }),
            HandleError::Panic => None,
        }
    }
}

/// Whether it is Telegram as a whole that is out of reach, and not one request that it refuses.
pub(super) fn is_outage(error: &RequestError) -> bool {
    match error {
        RequestError::Network(_) | RequestError::Io(_) | RequestError::InvalidJson { .. } => true,
        RequestError::Api(ApiError::Unknown(text)) => OUTAGES.iter().any(|outage| text.starts_with(outage)),
        RequestError::Api(_) | RequestError::MigrateToChatId(_) | RequestError::RetryAfter(_) => false,
    }
}

/// Whether the request may have been carried out although its answer was lost.
pub(super) fn may_have_arrived(error: &RequestError) -> bool {
    match error {
        RequestError::Network(error) => !error.is_connect(),
        RequestError::InvalidJson { .. } | RequestError::Io(_) => true,
        _ => false,
    }
}

/// The chain of causes in one line; no cause repeats its source.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.map(one_cause).collect::<Vec<_>>().join(": ")
}

fn one_cause(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<RequestError>() {
        // Its own words repeat the whole answer, with all that people wrote.
        Some(RequestError::InvalidJson { .. }) => "an answer that is not JSON".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use teloxide::types::Seconds;

    use super::*;

    #[test]
    fn each_refusal_leads_to_what_can_be_done_about_it() {
        let unknown = |text: &str| RequestError::Api(ApiError::Unknown(text.to_owned()));
        let later = |seconds| Verdict::Later(Duration::from_secs(seconds));
        for (error, expected) in [
            (RequestError::RetryAfter(Seconds::from_seconds(7)), later(7)),
            (RequestError::RetryAfter(Seconds::from_seconds(100_000)), later(300)),
            (RequestError::Api(ApiError::BotBlocked), Verdict::Unreachable),
            (unknown("Forbidden: bot can't initiate conversation with a user"), Verdict::Unreachable),
            (unknown("Bad Gateway"), later(3)),
            (unknown("Internal Server Error: sent too early"), later(3)),
            (unknown("Bad Request: something new"), Verdict::Never),
            (RequestError::Api(ApiError::CantParseEntities("x".to_owned())), Verdict::Never),
        ] {
            assert_eq!(verdict(&error), expected, "{error}");
        }
    }
}
