//! The stored form of messages. Released kinds stay readable; what cannot be read is `None`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{BackupId, BookingId, ErasureId, InvoiceId, MessageId, OfferId, RefundId, VoucherId},
    language::Language,
    message::Message,
};

/// All that any kind needs.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Payload {
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voucher: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erasure: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
}

pub(super) fn payload(message: &Message) -> serde_json::Value {
    let mut payload = Payload { booking: message.booking().map(|booking| booking.0), ..Payload::default() };
    match message {
        Message::Delay(_, minutes) | Message::ClientLate(_, minutes) => payload.minutes = Some(*minutes),
        Message::Reminder(_, start) => payload.at = Some(*start),
        Message::Offer(offer) => payload.offer = Some(offer.0),
        Message::OfferOver(offer, message) => {
            (payload.offer, payload.message) = (Some(offer.0), Some(message.0));
        }
        Message::OldCard(_, message) => payload.message = Some(message.0),
        Message::DayDigest(date) | Message::WeekDigest(date) => payload.date = Some(*date),
        Message::News(from) => payload.at = Some(*from),
        Message::JobLate(job) => payload.job = Some(job.clone()),
        Message::Parked(count) => payload.count = Some(*count),
        Message::Invoice(invoice) | Message::Tip(invoice) => payload.invoice = Some(invoice.0),
        Message::InvoiceOver(invoice, message) => {
            (payload.invoice, payload.message) = (Some(invoice.0), Some(message.0));
        }
        Message::RefundStars(refund)
        | Message::Refund(refund)
        | Message::RefundTask(refund)
        | Message::RefundOver(refund) => {
            payload.refund = Some(refund.0);
        }
        Message::Voucher(voucher) | Message::Gift(voucher) | Message::GiftTaken(voucher) => {
            payload.voucher = Some(voucher.0);
        }
        Message::BackupFailed(backup) | Message::BackupAt(backup) => payload.backup = Some(backup.0),
        Message::ErasureAsked(erasure)
        | Message::ErasureWithdrawn(erasure)
        | Message::ErasureDone(erasure) => payload.erasure = Some(erasure.0),
        Message::Forgotten(language) => payload.language = Some(language.code().to_owned()),
        Message::VisitNew(_)
        | Message::VisitMoved(_)
        | Message::VisitCancelled(_)
        | Message::StudioCancelled(_)
        | Message::PaymentOver(_)
        | Message::Books
        | Message::BackupLate
        | Message::Unreachable(_)
        | Message::OutcomeAsk(_)
        | Message::RatingAsk(_)
        | Message::Rated(_)
        | Message::RequestAsk(_)
        | Message::RequestApproved(_)
        | Message::RequestDeclined(_)
        | Message::Card(_) => {}
    }
    // Plain data with text keys always has a JSON form.
    serde_json::to_value(payload).unwrap_or_default()
}

pub(super) fn message(kind: &str, stored: &serde_json::Value) -> Option<Message> {
    let payload = Payload::deserialize(stored).ok()?;
    let booking = payload.booking.map(BookingId);
    let offer = payload.offer.map(OfferId);
    let invoice = payload.invoice.map(InvoiceId);
    let refund = payload.refund.map(RefundId);
    let voucher = payload.voucher.map(VoucherId);
    let backup = payload.backup.map(BackupId);
    let shown = payload.message.map(MessageId);
    let erasure = payload.erasure.map(ErasureId);
    Some(match kind {
        "visit_new" => Message::VisitNew(booking?),
        "visit_moved" => Message::VisitMoved(booking?),
        "visit_cancelled" => Message::VisitCancelled(booking?),
        "studio_cancelled" => Message::StudioCancelled(booking?),
        "delay" => Message::Delay(booking?, payload.minutes?),
        "client_late" => Message::ClientLate(booking?, payload.minutes?),
        "unreachable" => Message::Unreachable(booking?),
        "reminder" => Message::Reminder(booking?, payload.at?),
        "outcome_ask" => Message::OutcomeAsk(booking?),
        "rating_ask" => Message::RatingAsk(booking?),
        "rated" => Message::Rated(booking?),
        "offer" => Message::Offer(offer?),
        "offer_over" => Message::OfferOver(offer?, shown?),
        "request_ask" => Message::RequestAsk(booking?),
        "request_approved" => Message::RequestApproved(booking?),
        "request_declined" => Message::RequestDeclined(booking?),
        "card" => Message::Card(booking?),
        "old_card" => Message::OldCard(booking?, shown?),
        "day_digest" => Message::DayDigest(payload.date?),
        "week_digest" => Message::WeekDigest(payload.date?),
        "news" => Message::News(payload.at?),
        "job_late" => Message::JobLate(payload.job?),
        "parked" => Message::Parked(payload.count?),
        "tip" => Message::Tip(invoice?),
        "books" => Message::Books,
        "invoice" => Message::Invoice(invoice?),
        "invoice_over" => Message::InvoiceOver(invoice?, shown?),
        "payment_over" => Message::PaymentOver(booking?),
        "refund_stars" => Message::RefundStars(refund?),
        "refund" => Message::Refund(refund?),
        "refund_task" => Message::RefundTask(refund?),
        "refund_over" => Message::RefundOver(refund?),
        "voucher" => Message::Voucher(voucher?),
        "backup_failed" => Message::BackupFailed(backup?),
        "backup_late" => Message::BackupLate,
        "backup_at" => Message::BackupAt(backup?),
        "gift" => Message::Gift(voucher?),
        "gift_taken" => Message::GiftTaken(voucher?),
        "erasure_asked" => Message::ErasureAsked(erasure?),
        "erasure_withdrawn" => Message::ErasureWithdrawn(erasure?),
        "erasure_done" => Message::ErasureDone(erasure?),
        "forgotten" => Message::Forgotten(Language::from_tag(&payload.language?)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_read_back() {
        let booking = BookingId(7);
        let start: DateTime<Utc> = "2026-12-01T09:00:00Z".parse().expect("an instant");
        let date = start.date_naive();
        let all = [
            Message::VisitNew(booking),
            Message::VisitMoved(booking),
            Message::VisitCancelled(booking),
            Message::StudioCancelled(booking),
            Message::Delay(booking, 15),
            Message::ClientLate(booking, 5),
            Message::Unreachable(booking),
            Message::Reminder(booking, start),
            Message::OutcomeAsk(booking),
            Message::RatingAsk(booking),
            Message::Rated(booking),
            Message::Offer(OfferId(3)),
            Message::OfferOver(OfferId(3), MessageId(99)),
            Message::RequestAsk(booking),
            Message::RequestApproved(booking),
            Message::RequestDeclined(booking),
            Message::Card(booking),
            Message::OldCard(booking, MessageId(99)),
            Message::DayDigest(date),
            Message::WeekDigest(date),
            Message::News(start),
            Message::JobLate("reminder_send".to_owned()),
            Message::Parked(3),
            Message::Invoice(InvoiceId(4)),
            Message::Tip(InvoiceId(4)),
            Message::Books,
            Message::InvoiceOver(InvoiceId(4), MessageId(99)),
            Message::PaymentOver(booking),
            Message::RefundStars(RefundId(5)),
            Message::Refund(RefundId(5)),
            Message::RefundTask(RefundId(5)),
            Message::RefundOver(RefundId(5)),
            Message::Voucher(VoucherId(6)),
            Message::Gift(VoucherId(6)),
            Message::GiftTaken(VoucherId(6)),
            Message::BackupFailed(BackupId(7)),
            Message::BackupLate,
            Message::BackupAt(BackupId(7)),
            Message::ErasureAsked(ErasureId(8)),
            Message::ErasureWithdrawn(ErasureId(8)),
            Message::ErasureDone(ErasureId(8)),
            Message::Forgotten(Language::Russian),
        ];
        for sent in all {
            assert_eq!(message(sent.manner().kind, &payload(&sent)), Some(sent));
        }
    }

    #[test]
    fn released_forms_stay_readable() {
        let read = |kind, json| message(kind, &serde_json::from_str(json).expect("json"));
        assert_eq!(read("visit_new", r#"{"booking": 7}"#), Some(Message::VisitNew(BookingId(7))));
        assert_eq!(
            read("reminder", r#"{"booking": 7, "at": "2026-12-01T09:00:00Z"}"#),
            Some(Message::Reminder(BookingId(7), "2026-12-01T09:00:00Z".parse().expect("an instant")))
        );
        assert_eq!(read("delay", r#"{"booking": 7}"#), None, "late by how much?");
        assert_eq!(read("moon", r#"{"booking": 7}"#), None);
        assert_eq!(read("card", "[]"), None);
    }
}
