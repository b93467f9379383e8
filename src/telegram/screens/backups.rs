//! Backups: what became of them, and what is told of each.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Frame;
use crate::{
    domain::{
        backup::{Stage, State},
        conversation::Action,
    },
    services::backup::{Entry, Piece, Proof, Report},
    t,
    telegram::view::{Button, Keyboard, View, escape, lines_that_fit, shortened},
};

/// Backups that have a button each.
const MOST_BUTTONS: usize = 8;
/// Telegram takes 1024 characters of a caption.
const MOST_CAPTION: usize = 1000;

/// The latest backups.
pub(super) fn list(frame: Frame, backups: &[Entry], are_made: bool, zone: Tz) -> View {
    let tr = frame.tr;
    let mut lines = vec![t!(tr, "backups")];
    if !are_made {
        lines.push(t!(tr, "backups-off"));
    } else if backups.is_empty() {
        lines.push(t!(tr, "backups-none"));
    }
    lines.extend(backups.iter().map(|entry| line(frame, entry, zone)));
    if !backups.is_empty() {
        lines.push(format!("\n{}", t!(tr, "backups-keep")));
    }
    let found = backups.iter().filter(|entry| entry.state == State::Done).take(MOST_BUTTONS);
    let show = found.map(|entry| {
        let when = tr.when(entry.asked_at, zone, frame.now);
        vec![Button::new(t!(tr, "button-find-backup", when = when), Action::FindBackup(entry.id))]
    });
    let is_free = !backups.iter().any(|entry| matches!(entry.state, State::Asked | State::Running));
    let ask = (are_made && is_free).then(|| vec![Button::new(t!(tr, "button-backup"), Action::Backup)]);
    let again = (!is_free).then(|| vec![Button::new(t!(tr, "button-look-again"), Action::Backups)]);
    frame.inline(lines_that_fit(lines), ask.into_iter().chain(again).chain(show).collect())
}

fn line(frame: Frame, entry: &Entry, zone: Tz) -> String {
    let tr = frame.tr;
    let when = tr.when(entry.asked_at, zone, frame.now);
    match entry.state {
        State::Asked => t!(tr, "backup-row-asked", when = when),
        State::Running => {
            let since = tr.when(entry.state_at, zone, frame.now);
            t!(tr, "backup-row-running", when = when, since = since)
        }
        State::Done => {
            let (size, parts) = (size(entry.bytes.unwrap_or_default()), entry.parts.unwrap_or_default());
            let proof = match entry.is_proven {
                Some(true) => t!(tr, "backup-proven"),
                _ => t!(tr, "backup-unproven"),
            };
            t!(tr, "backup-row-done", when = when, size = size, parts = parts, proof = proof)
        }
        State::Failed => {
            let error = escape(&shortened(entry.error.as_deref().unwrap_or_default(), 200));
            t!(tr, "backup-row-failed", when = when, error = error)
        }
    }
}

/// "12.3 MB": what files are measured in.
fn size(bytes: i64) -> String {
    if bytes < 1_000_000 {
        return format!("{} kB", (bytes / 1000).max(1));
    }
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Below a part. The first says all of the backup, the others which they are.
pub fn caption(frame: Frame, report: &Report, piece: &Piece, number: usize) -> String {
    let tr = frame.tr;
    let of = report.pieces.len();
    let part = t!(tr, "backup-part", number = number, of = of, sha = piece.sha256.clone());
    if number > 1 {
        return part;
    }
    let number_of = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let proof = match &report.proof {
        Proof::Proven => t!(tr, "backup-caption-proven"),
        Proof::Unproven(reason) => {
            t!(tr, "backup-caption-unproven", reason = escape(&shortened(reason, 120)))
        }
    };
    let head = t!(
        tr,
        "backup-caption",
        proof = proof,
        database = size(number_of(report.manifest.database_bytes)),
        size = size(number_of(report.bytes)),
        version = report.manifest.version.clone(),
        seconds = report.took.as_secs(),
        sha = report.sha256.clone()
    );
    let mut tables: Vec<_> = report.manifest.tables.iter().filter(|table| table.rows > 0).collect();
    tables.sort_by_key(|table| std::cmp::Reverse(table.rows));
    let rows: Vec<String> = tables
        .iter()
        .map(|table| format!("{} {}", table.name.trim_start_matches("public."), table.rows))
        .collect();
    let rest = MOST_CAPTION.saturating_sub(head.chars().count() + part.chars().count() + 20);
    let rows = t!(tr, "backup-rows", rows = escape(&shortened(&rows.join(", "), rest)));
    format!("{head}\n{rows}\n{part}")
}

/// How far a backup is, as plain text.
pub fn stage(frame: Frame, stage: Stage) -> String {
    match stage {
        Stage::Reading => t!(frame.tr, "backup-reading"),
        Stage::Proving => t!(frame.tr, "backup-proving"),
        Stage::Done => t!(frame.tr, "backup-here"),
        Stage::Sending { part, of } => t!(frame.tr, "backup-sending", part = part, of = of),
    }
}

/// The answer to the message with a backup, as plain text.
pub fn found(frame: Frame, entry: &Entry, zone: Tz) -> String {
    t!(frame.tr, "backup-found", when = frame.tr.when(entry.asked_at, zone, frame.now))
}

/// There is no such backup.
pub(super) fn failed(frame: Frame, entry: &Entry, zone: Tz) -> View {
    let tr = frame.tr;
    let when = tr.when(entry.asked_at, zone, frame.now);
    let error = escape(&shortened(entry.error.as_deref().unwrap_or_default(), 500));
    let text = t!(tr, "letter-backup-failed", when = when, error = error);
    let rows = vec![vec![Button::new(t!(tr, "button-backup"), Action::Backup)]];
    View { text, keyboard: Keyboard::Inline(rows) }
}

/// The last good one is too old.
pub(super) fn late(frame: Frame, last: Option<DateTime<Utc>>, zone: Tz) -> View {
    let tr = frame.tr;
    let text = match last {
        Some(last) => t!(tr, "letter-backup-late", when = tr.when(last, zone, frame.now)),
        None => t!(tr, "letter-backup-never"),
    };
    let rows = vec![vec![
        Button::new(t!(tr, "button-backup"), Action::Backup),
        Button::new(t!(tr, "button-backups"), Action::Backups),
    ]];
    View { text, keyboard: Keyboard::Inline(rows) }
}
