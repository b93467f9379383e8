//! What is said beside the screen, and how it is stored with its update.

use serde::{Deserialize, Serialize};

use crate::domain::{conversation::Notice, ids::BookingId};

/// What is said beside the screen; kept with the update until it has been shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    pub notice: Option<Notice>,
    /// The visit whose calendar file goes along.
    pub file: Option<BookingId>,
    /// The screen before had a keyboard of its own that must go.
    pub clears_keyboard: bool,
    /// Whether the screen is to be shown at all.
    pub shows: bool,
    /// The button belonged to an older screen.
    pub is_stale: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredReply {
    notice: Option<String>,
    file: Option<i64>,
    clears_keyboard: bool,
    shows: bool,
    is_stale: bool,
}

pub(super) fn encode(reply: &Reply) -> serde_json::Value {
    let stored = StoredReply {
        notice: reply.notice.map(|notice| notice.label().to_owned()),
        file: reply.file.map(|booking| booking.0),
        clears_keyboard: reply.clears_keyboard,
        shows: reply.shows,
        is_stale: reply.is_stale,
    };
    serde_json::to_value(stored).unwrap_or_default()
}

/// What cannot be read any more is shown as the plain screen.
pub(super) fn decode(stored: &serde_json::Value) -> Reply {
    match StoredReply::deserialize(stored) {
        Ok(stored) => Reply {
            notice: stored.notice.as_deref().and_then(Notice::from_label),
            file: stored.file.map(BookingId),
            clears_keyboard: stored.clears_keyboard,
            shows: stored.shows,
            is_stale: stored.is_stale,
        },
        Err(_) => Reply { shows: true, ..Reply::default() },
    }
}
