//! What is said beside the screen, and how it is stored with its update.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    db::conversations::ExportV1,
    domain::{
        conversation::{File, Notice},
        ids::BookingId,
        month::Month,
    },
};

/// What is said beside the screen; kept with the update until it has been shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    pub notice: Option<Notice>,
    pub file: Option<File>,
    /// The screen before had a keyboard of its own that must go.
    pub clears_keyboard: bool,
    /// Whether the screen is to be shown at all.
    pub shows: bool,
    /// The button belonged to an older screen.
    pub is_stale: bool,
    /// The visit whose card is shown instead of the screen.
    pub card: Option<BookingId>,
}

#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the form in which it is stored")]
struct StoredReply {
    notice: Option<String>,
    file: Option<i64>,
    /// The first day of the month whose ledger goes along.
    #[serde(default)]
    ledger: Option<NaiveDate>,
    clears_keyboard: bool,
    shows: bool,
    is_stale: bool,
    #[serde(default)]
    card: Option<i64>,
    #[serde(default)]
    export: Option<ExportV1>,
    #[serde(default)]
    own_data: bool,
}

pub(super) fn encode(reply: &Reply) -> serde_json::Value {
    let stored = StoredReply {
        notice: reply.notice.map(|notice| notice.label().to_owned()),
        file: match reply.file {
            Some(File::Calendar(booking)) => Some(booking.0),
            _ => None,
        },
        ledger: match reply.file {
            Some(File::Ledger(month)) => Some(month.first()),
            _ => None,
        },
        clears_keyboard: reply.clears_keyboard,
        shows: reply.shows,
        is_stale: reply.is_stale,
        card: reply.card.map(|booking| booking.0),
        export: match reply.file {
            Some(File::Export(export)) => Some(ExportV1::of(export)),
            _ => None,
        },
        own_data: reply.file == Some(File::OwnData),
    };
    serde_json::to_value(stored).unwrap_or_default()
}

/// What cannot be read any more is shown as the plain screen.
pub(super) fn decode(stored: &serde_json::Value) -> Reply {
    match StoredReply::deserialize(stored) {
        Ok(stored) => Reply {
            notice: stored.notice.as_deref().and_then(Notice::from_label),
            file: stored
                .file
                .map(|booking| File::Calendar(BookingId(booking)))
                .or(stored.ledger.map(|first| File::Ledger(Month::of(first))))
                .or(stored.export.and_then(ExportV1::read).map(File::Export))
                .or(stored.own_data.then_some(File::OwnData)),
            clears_keyboard: stored.clears_keyboard,
            shows: stored.shows,
            is_stale: stored.is_stale,
            card: stored.card.map(BookingId),
        },
        Err(_) => Reply { shows: true, ..Reply::default() },
    }
}
