//! What a claimed message says now: the facts as they are when it is sent, or why it is not sent at all.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{Claimed, End};
use crate::{
    db::{
        DbError,
        bookings::{self, Card},
        news, vouchers,
    },
    domain::{
        booking::{Purpose, Status},
        ids::{BookingId, ErasureId, MessageId, OfferId, RefundId},
        language::Language,
        message::{InDoubt, Message, Topic},
        payment::{Invoice, State},
        voucher::Voucher,
    },
    services::{
        ServiceError, Services,
        backup::{self, Entry},
        browse::{self, AlternativeFacts},
        digest::{self, DayDigest, WeekDigest},
        messages::staff_of,
        payments::{self, Bill, BillFor, Fault, Refund, RefundFacts},
        privacy::{self, Erasure},
        waitlist::{self, OfferFacts},
    },
};

/// What the admin is told about one minute.
pub use crate::db::news::Happening;

/// The facts of a message.
#[derive(Debug, Clone)]
pub enum Letter {
    /// A visit as its client sees it, with what is to be said about it.
    ForClient {
        about: Message,
        card: Box<Card>,
        alternatives: Vec<AlternativeFacts>,
    },
    /// A visit as the staff sees it.
    ForStaff {
        about: Message,
        card: Box<Card>,
        is_own: bool,
    },
    Offer(Box<OfferFacts>),
    Day(Box<DayDigest>),
    Week(Box<WeekDigest>),
    News {
        from: DateTime<Utc>,
        happenings: Vec<Happening>,
    },
    JobLate(String),
    Parked(u32),
    Refund(Box<RefundFacts>),
    RefundTask(Box<RefundFacts>),
    Tip(Invoice, Box<Card>),
    Books(Vec<Fault>),
    /// In the zone of the business.
    Voucher(Box<Voucher>, Tz),
    Gift {
        voucher: Box<Voucher>,
        zone: Tz,
        /// Makes it the property of whoever follows it first.
        link: String,
    },
    GiftTaken(Box<Voucher>),
    RefundOver(Box<RefundFacts>),
    BackupFailed(Box<Entry>, Tz),
    /// When the last good one was made, where there was one.
    BackupLate(Option<DateTime<Utc>>, Tz),
    ErasureAsked(Box<Erasure>, Tz),
    ErasureWithdrawn(Box<Erasure>),
    ErasureDone(Box<Erasure>),
    /// In the language that was theirs.
    Forgotten(Language),
}

/// What is to be done with a claimed message.
#[derive(Debug, Clone)]
pub enum Task {
    Send(Letter),
    Edit(MessageId, Letter),
    /// The same, without buttons: a newer message has them.
    Retire(MessageId, Letter),
    /// Leads back to the message with a backup.
    PointAt(MessageId, Box<Entry>, Tz),
    /// Asks for money.
    Bill(Box<Bill>),
    /// The message asks for money that is not wanted any more.
    TakeAway(MessageId),
    /// Money goes back by itself.
    GiveBack(Box<Refund>),
    /// The message tells of an offer that is over.
    CloseOffer(MessageId, Box<OfferFacts>),
    /// Nothing: it has ended already.
    End(End),
}

const CHANGED: &str = "not true any more";
const UNWANTED: &str = "not wanted by its recipient";

/// Learns for all claimed messages what they say now. Those that are about visits are read in one go.
pub async fn prepare(services: &Services, claimed: &[Claimed]) -> Result<Vec<Task>, ServiceError> {
    let about: Vec<BookingId> =
        claimed.iter().filter_map(|claimed| claimed.message.as_ref()?.booking()).collect();
    let mut conn = services.pool.acquire().await?;
    let cards = if about.is_empty() { Vec::new() } else { bookings::cards(&mut conn, &about).await? };
    let cards: HashMap<BookingId, Card> = cards.into_iter().map(|card| (card.booking.id, card)).collect();
    let mut tasks = Vec::with_capacity(claimed.len());
    for claimed in claimed {
        tasks.push(one(&mut conn, services, claimed, &cards).await?);
    }
    Ok(tasks)
}

async fn one(
    conn: &mut PgConnection,
    services: &Services,
    claimed: &Claimed,
    cards: &HashMap<BookingId, Card>,
) -> Result<Task, DbError> {
    let Some(message) = claimed.message.clone() else {
        return Ok(Task::End(End::Parked("a message of an unknown kind".to_owned())));
    };
    if claimed.is_orphan && claimed.in_doubt == InDoubt::Drop {
        return Ok(Task::End(End::Dropped("its sender ended without a word".to_owned())));
    }
    let now = services.clock.now();
    let manner = message.manner();
    if !manner.is_urgent
        && let Some((_, end)) = claimed.quiet(services.zone).and_then(|quiet| quiet.around(now))
    {
        return Ok(Task::End(End::Postponed(end)));
    }
    let is_muted = manner.topic.is_some_and(|topic| claimed.muted.contains(&topic));
    if is_muted && !manner.becomes_the_card {
        return Ok(Task::End(End::Skipped(UNWANTED)));
    }
    let task = match message {
        Message::Offer(offer) => offer_task(conn, services, offer).await?,
        Message::OfferOver(offer, shown) => match waitlist::offer(conn, offer).await? {
            Some(facts) => Task::CloseOffer(shown, Box::new(facts)),
            None => Task::End(End::Skipped(CHANGED)),
        },
        Message::DayDigest(date) => match digest::of_day(conn, claimed.recipient, date, now).await? {
            Some(day) => Task::Send(Letter::Day(Box::new(day))),
            None => Task::End(End::Skipped(CHANGED)),
        },
        Message::WeekDigest(monday) => match digest::of_week(conn, services.zone, monday).await? {
            Some(week) => Task::Send(Letter::Week(Box::new(week))),
            None => Task::End(End::Skipped("nothing has happened")),
        },
        Message::News(from) => {
            let muted = |topic| claimed.muted.contains(&topic);
            let mut happenings = news::between(conn, from, from + TimeDelta::minutes(1)).await?;
            happenings
                .retain(|happening| !muted(topic_of(happening)) && happening.actor != claimed.recipient);
            if happenings.is_empty() {
                Task::End(End::Skipped(UNWANTED))
            } else {
                Task::Send(Letter::News { from, happenings })
            }
        }
        Message::Invoice(invoice) => match payments::bill(conn, invoice).await? {
            Some(bill) if bill.invoice.state == State::Open => Task::Bill(Box::new(bill)),
            _ => Task::End(End::Skipped(CHANGED)),
        },
        Message::Tip(invoice) => match payments::bill(conn, invoice).await? {
            Some(Bill { invoice, about: BillFor::Visit(card) }) => Task::Send(Letter::Tip(invoice, card)),
            _ => Task::End(End::Skipped(CHANGED)),
        },
        Message::Books => match payments::book_faults(conn).await? {
            faults if faults.is_empty() => Task::End(End::Skipped(CHANGED)),
            faults => Task::Send(Letter::Books(faults)),
        },
        Message::InvoiceOver(_, shown) => Task::TakeAway(shown),
        Message::RefundStars(refund)
        | Message::Refund(refund)
        | Message::RefundTask(refund)
        | Message::RefundOver(refund) => refund_task(conn, &message, refund).await?,
        Message::Voucher(id) => match vouchers::voucher(conn, id).await? {
            Some(voucher) => Task::Send(Letter::Voucher(Box::new(voucher), services.zone)),
            None => Task::End(End::Skipped(CHANGED)),
        },
        Message::Gift(id) => match vouchers::voucher(conn, id).await? {
            Some(voucher) if voucher.token.is_some() => {
                let link = services.gift_link(voucher.token);
                Task::Send(Letter::Gift { voucher: Box::new(voucher), zone: services.zone, link })
            }
            _ => Task::End(End::Skipped(CHANGED)),
        },
        Message::GiftTaken(id) => match vouchers::voucher(conn, id).await? {
            Some(voucher) => Task::Send(Letter::GiftTaken(Box::new(voucher))),
            None => Task::End(End::Skipped(CHANGED)),
        },
        Message::BackupFailed(_) | Message::BackupAt(_) | Message::BackupLate => {
            backup_task(conn, services, claimed, &message).await?
        }
        Message::ErasureAsked(id) | Message::ErasureWithdrawn(id) | Message::ErasureDone(id) => {
            erasure_task(conn, services, claimed, &message, id).await?
        }
        Message::Forgotten(language) => Task::Send(Letter::Forgotten(language)),
        Message::JobLate(job) => Task::Send(Letter::JobLate(job)),
        Message::Parked(count) => Task::Send(Letter::Parked(count)),
        about => {
            let card = about.booking().and_then(|booking| cards.get(&booking));
            visit_task(conn, services, claimed, about, card, is_muted, now).await?
        }
    };
    Ok(task)
}

async fn backup_task(
    conn: &mut PgConnection,
    services: &Services,
    claimed: &Claimed,
    message: &Message,
) -> Result<Task, DbError> {
    let id = match message {
        Message::BackupFailed(id) | Message::BackupAt(id) => *id,
        _ => {
            let last = backup::last_good(conn, services).await?;
            return Ok(Task::Send(Letter::BackupLate(last, services.zone)));
        }
    };
    Ok(match (message, backup::found(conn, id, claimed.recipient).await?) {
        (Message::BackupFailed(_), Some((entry, _))) => {
            Task::Send(Letter::BackupFailed(Box::new(entry), services.zone))
        }
        (_, Some((entry, Some(shown)))) => Task::PointAt(shown, Box::new(entry), services.zone),
        _ => Task::End(End::Skipped(CHANGED)),
    })
}

async fn refund_task(conn: &mut PgConnection, message: &Message, refund: RefundId) -> Result<Task, DbError> {
    let Some(facts) = payments::refund(conn, refund).await? else {
        return Ok(Task::End(End::Skipped(CHANGED)));
    };
    Ok(match message {
        Message::Refund(_) => Task::Send(Letter::Refund(Box::new(facts))),
        Message::RefundOver(_) => Task::Send(Letter::RefundOver(Box::new(facts))),
        _ if facts.refund.is_done => Task::End(End::Skipped(CHANGED)),
        Message::RefundStars(_) => Task::GiveBack(Box::new(facts.refund)),
        _ => Task::Send(Letter::RefundTask(Box::new(facts))),
    })
}

async fn erasure_task(
    conn: &mut PgConnection,
    services: &Services,
    claimed: &Claimed,
    message: &Message,
    erasure: ErasureId,
) -> Result<Task, DbError> {
    let reader = (claimed.recipient, services.is_admin(claimed.recipient));
    let found = privacy::erasure(conn, erasure, reader).await?.map(Box::new);
    Ok(match (message, found) {
        (Message::ErasureAsked(_), Some(erasure)) if erasure.is_open => {
            Task::Send(Letter::ErasureAsked(erasure, services.zone))
        }
        (Message::ErasureWithdrawn(_), Some(erasure)) => Task::Send(Letter::ErasureWithdrawn(erasure)),
        (Message::ErasureDone(_), Some(erasure)) => Task::Send(Letter::ErasureDone(erasure)),
        _ => Task::End(End::Skipped(CHANGED)),
    })
}

fn topic_of(happening: &Happening) -> Topic {
    match happening.kind {
        news::Kind::Booked => Topic::Booked,
        news::Kind::Moved => Topic::Moved,
        news::Kind::Cancelled => Topic::Cancelled,
    }
}

async fn visit_task(
    conn: &mut PgConnection,
    services: &Services,
    claimed: &Claimed,
    about: Message,
    card: Option<&Card>,
    is_muted: bool,
    now: DateTime<Utc>,
) -> Result<Task, DbError> {
    let Some(card) = card.filter(|card| still_holds(&about, card, now)) else {
        return Ok(Task::End(End::Skipped(CHANGED)));
    };
    let is_client = card.client_account == claimed.recipient && !is_for_staff(&about);
    let retired = match about {
        Message::OldCard(_, old) => Some(old),
        _ => None,
    };
    let is_edit = about == Message::Card(card.booking.id) || is_muted;
    let letter = if is_client {
        let alternatives = match about {
            Message::StudioCancelled(_) | Message::RequestDeclined(_) | Message::PaymentOver(_) => {
                browse::alternatives(conn, card, now).await?
            }
            _ => Vec::new(),
        };
        Letter::ForClient { about, card: Box::new(card.clone()), alternatives }
    } else {
        let is_own =
            staff_of(services, card).contains(&claimed.recipient) || services.is_admin(claimed.recipient);
        // Whoever is no longer of the staff of this visit learns that it is gone, and no more.
        Letter::ForStaff { about, card: Box::new(card.clone()), is_own }
    };
    if let Some(old) = retired {
        return Ok(Task::Retire(old, letter));
    }
    Ok(match (is_edit, claimed.card) {
        (true, Some(shown)) => Task::Edit(shown, letter),
        (true, None) => Task::End(End::Skipped(UNWANTED)),
        (false, _) => Task::Send(letter),
    })
}

fn is_for_staff(message: &Message) -> bool {
    matches!(
        message,
        Message::VisitNew(_)
            | Message::VisitMoved(_)
            | Message::VisitCancelled(_)
            | Message::ClientLate(..)
            | Message::Unreachable(_)
            | Message::OutcomeAsk(_)
            | Message::Rated(_)
            | Message::RequestAsk(_)
    )
}

/// Whether a message about a visit is still true.
fn still_holds(message: &Message, card: &Card, now: DateTime<Utc>) -> bool {
    let booking = &card.booking;
    match message {
        Message::VisitNew(_) | Message::VisitMoved(_) | Message::Unreachable(_) => {
            matches!(booking.status, Status::Confirmed | Status::Cancelled)
                && (booking.is_confirmed() || matches!(message, Message::Unreachable(_)))
        }
        Message::Reminder(_, start) => {
            booking.is_confirmed() && booking.visit.start() == *start && now < *start
        }
        Message::Delay(_, minutes) => booking.is_confirmed() && booking.delay == *minutes,
        Message::ClientLate(..) => booking.is_confirmed(),
        Message::RequestApproved(_) => {
            matches!(booking.status, Status::Confirmed | Status::AwaitingPayment)
        }
        Message::OutcomeAsk(_) => booking.is_confirmed() && now >= booking.visit.end(),
        Message::RatingAsk(_) => booking.status == Status::Completed && card.rating.is_none(),
        Message::Rated(_) => card.rating.is_some(),
        Message::VisitCancelled(_) | Message::StudioCancelled(_) => booking.status == Status::Cancelled,
        Message::RequestAsk(_) => booking.status == Status::Held && booking.purpose == Purpose::Requested,
        Message::RequestDeclined(_) | Message::PaymentOver(_) => booking.status == Status::Expired,
        _ => true,
    }
}

async fn offer_task(conn: &mut PgConnection, services: &Services, offer: OfferId) -> Result<Task, DbError> {
    let facts = waitlist::offer(conn, offer).await?;
    let is_open = |facts: &OfferFacts| facts.is_open && facts.until > services.clock.now();
    Ok(match facts.filter(is_open) {
        Some(facts) => Task::Send(Letter::Offer(Box::new(facts))),
        None => Task::End(End::Skipped(CHANGED)),
    })
}
