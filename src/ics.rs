//! A visit as a calendar file (RFC 5545).

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, Property};

use crate::{db::bookings::Card, domain::booking::Status, i18n::Tr, t};

/// The file for the client's own calendar, which others may look into; times are in UTC, so that every calendar shows them
/// right.
pub fn file(card: &Card, tr: Tr, now: DateTime<Utc>) -> String {
    let (booking, language) = (&card.booking, tr.language());
    let names: Vec<&str> = booking.items.iter().map(|item| item.names.get(language)).collect();
    let title = if card.is_discreet {
        t!(tr, "discreet-visit")
    } else {
        format!("{} · {}", names.join(", "), card.master.get(language))
    };
    let place = [card.location.get(language), &card.address];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let status = match booking.status {
        Status::Cancelled | Status::Expired => "CANCELLED",
        Status::Held | Status::AwaitingPayment => "TENTATIVE",
        Status::Confirmed | Status::Completed | Status::NoShow => "CONFIRMED",
    };
    let mut event = Event::new();
    event
        .uid(&booking.uid.to_string())
        .timestamp(now)
        .starts(booking.visit.start())
        .ends(booking.visit.end())
        .summary(&title)
        .location(&place.join(", "))
        .append_property(Property::new("SEQUENCE", booking.sequence.to_string()))
        .append_property(Property::new("STATUS", status));
    let mut calendar = Calendar::new();
    calendar.push(event.done());
    calendar.to_string()
}
