//! A booking from its hold to its end, and what may still be done with it.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{
    deposit::Deposit,
    ids::{BookingId, ClientId, LocationId, MasterId, ResourceId, SeriesId, ServiceId},
    language::LocalText,
    ledger::Account,
    money::Money,
    ranges::Range,
};

/// Where a booking stands. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Held,
    AwaitingPayment,
    Confirmed,
    Completed,
    NoShow,
    Cancelled,
    Expired,
}

impl Status {
    pub const ALL: [Status; 7] = [
        Status::Held,
        Status::AwaitingPayment,
        Status::Confirmed,
        Status::Completed,
        Status::NoShow,
        Status::Cancelled,
        Status::Expired,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Status::Held => "held",
            Status::AwaitingPayment => "awaiting_payment",
            Status::Confirmed => "confirmed",
            Status::Completed => "completed",
            Status::NoShow => "no_show",
            Status::Cancelled => "cancelled",
            Status::Expired => "expired",
        }
    }

    pub fn from_label(label: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.label() == label)
    }

    /// The statuses that a booking may be in just before it enters this one.
    pub fn comes_from(self) -> &'static [Status] {
        match self {
            Status::Held => &[],
            Status::AwaitingPayment => &[Status::Held],
            // Money that comes late takes the time again where it is still free.
            Status::Confirmed => &[Status::Held, Status::AwaitingPayment, Status::Expired],
            Status::Expired => &[Status::Held, Status::AwaitingPayment],
            Status::Cancelled => &[Status::Held, Status::AwaitingPayment, Status::Confirmed],
            // The staff may have erred.
            Status::Completed => &[Status::Confirmed, Status::NoShow],
            Status::NoShow => &[Status::Confirmed, Status::Completed],
        }
    }
}

/// One service of a visit, as it was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub service: ServiceId,
    pub names: LocalText,
    pub minutes: u32,
    pub price: Money,
}

/// A booking with its promises: time, zone, services and price as they were when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub id: BookingId,
    /// The identity of its calendar entry.
    pub uid: Uuid,
    pub client: ClientId,
    pub master: MasterId,
    pub location: LocationId,
    pub status: Status,
    pub visit: Range,
    /// The visit with its buffers.
    pub occupied: Range,
    pub zone: Tz,
    /// When the hold ends; set while the booking is held or awaits payment.
    pub hold_until: Option<DateTime<Utc>>,
    pub items: Vec<Item>,
    pub price: Money,
    /// What is to be paid before it is confirmed.
    pub deposit: Option<Deposit>,
    /// Where the money is that was paid for it.
    pub money: Option<Account>,
    /// What was paid at the desk, and how.
    pub desk: Option<(Account, Money)>,
    /// Rises with every change of the calendar entry.
    pub sequence: u32,
    /// The visit that this hold is to move.
    pub replaces: Option<BookingId>,
    pub series: Option<SeriesId>,
    pub resources: Vec<ResourceId>,
    /// Cancelled inside the notice window.
    pub is_late_cancel: bool,
    pub purpose: Purpose,
    /// When the client said that they are coming.
    pub coming_at: Option<DateTime<Utc>>,
    /// Minutes by which the client has said to be late; 0 is in time.
    pub client_late: u32,
    /// Minutes by which the master has said to be late; 0 is in time.
    pub delay: u32,
    /// Took place, but the client came late.
    pub came_late: bool,
    /// Ended by the studio and not by the client.
    pub by_studio: bool,
    /// Hundredths of what was paid that are kept, once it was cancelled late.
    pub late_fee: u8,
    /// By how much its price is less than that of its services.
    pub discount: Money,
    /// Whether a voucher pays for it: by one of its visits, or by an amount.
    pub voucher: Option<Pays>,
}

/// What of a voucher pays for a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pays {
    Visit,
    Amount,
}

/// What a hold is for. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// The client is choosing.
    #[default]
    Picked,
    /// A waiting client was offered it, or the staff has approved it and it is to be paid.
    Offered,
    /// The staff has yet to approve it.
    Requested,
}

impl Purpose {
    pub const ALL: [Purpose; 3] = [Purpose::Picked, Purpose::Offered, Purpose::Requested];

    pub fn label(self) -> &'static str {
        match self {
            Purpose::Picked => "picked",
            Purpose::Offered => "offered",
            Purpose::Requested => "requested",
        }
    }

    pub fn from_label(label: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.label() == label)
    }
}

/// What a location lets clients do with their visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Minutes before the start until which cancelling is free.
    pub cancel_notice: u32,
    /// Minutes before the start until which a visit can be moved.
    pub move_notice: u32,
    /// Whether a visit can still be cancelled after that, as a late cancellation.
    pub late_cancel: bool,
    /// Hundredths of what was paid that are kept then.
    pub late_fee: u8,
}

/// How a visit may be cancelled now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelling {
    Free,
    /// Marked as late.
    Late,
    TooLate,
}

/// What a client may do with a visit that lies ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    pub cancelling: Cancelling,
    /// Until when cancelling is free.
    pub free_until: DateTime<Utc>,
    pub may_move: bool,
    pub move_until: DateTime<Utc>,
}

/// What a booking is to its client now; every screen, button and service asks this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Held until then, waiting for the client's word.
    OnHold { until: DateTime<Utc> },
    /// The hold ran out before it was confirmed.
    HoldOver,
    /// Will take place.
    Ahead(Ahead),
    /// Taking place now, or over.
    Past,
    /// Will not take place.
    Off,
}

impl Terms {
    /// What may be done now with a visit that starts at `start`.
    pub fn at(self, start: DateTime<Utc>, now: DateTime<Utc>) -> Ahead {
        let before = |minutes: u32| start - TimeDelta::minutes(i64::from(minutes));
        let (free_until, move_until) = (before(self.cancel_notice), before(self.move_notice));
        let cancelling = match (now < free_until, self.late_cancel) {
            (true, _) => Cancelling::Free,
            (false, true) => Cancelling::Late,
            (false, false) => Cancelling::TooLate,
        };
        Ahead { cancelling, free_until, may_move: now < move_until, move_until }
    }
}

impl Ahead {
    /// Free to be cancelled and moved until the start.
    fn free(start: DateTime<Utc>) -> Ahead {
        Ahead { cancelling: Cancelling::Free, free_until: start, may_move: true, move_until: start }
    }
}

impl Booking {
    pub fn standing(&self, terms: Terms, now: DateTime<Utc>) -> Standing {
        match self.status {
            Status::Held | Status::AwaitingPayment => match self.hold_until {
                Some(until) if now < until => Standing::OnHold { until },
                _ => Standing::HoldOver,
            },
            Status::Confirmed if now >= self.visit.start() => Standing::Past,
            Status::Confirmed => {
                let ahead = terms.at(self.visit.start(), now);
                // Whoever is kept waiting is free to go until the visit would have begun.
                Standing::Ahead(if self.delay > 0 { Ahead::free(self.visit.start()) } else { ahead })
            }
            Status::Completed | Status::NoShow => Standing::Past,
            Status::Cancelled | Status::Expired => Standing::Off,
        }
    }

    /// Whether it is to take place, or does.
    pub fn is_confirmed(&self) -> bool {
        self.status == Status::Confirmed
    }

    /// Whether it is taking place, or has.
    pub fn has_begun(&self, now: DateTime<Utc>) -> bool {
        self.status == Status::Completed || (self.is_confirmed() && now >= self.visit.start())
    }

    /// Where the money is that was paid for it, or is about to be: it follows what becomes of the visit.
    pub fn money_to_be(&self) -> Option<Account> {
        self.money.map(|_| Account::for_booking(self.status, self.is_late_cancel, self.voucher.is_some()))
    }

    /// What is still to be paid for it at the desk.
    pub fn rest(&self) -> Money {
        let is_here = matches!(self.money_to_be(), Some(Account::Deposits | Account::Sales));
        let paid = self.deposit.filter(|_| is_here).map_or(0, |deposit| deposit.amount.minor());
        let minor = if self.desk.is_some() { 0 } else { self.price.minor().saturating_sub(paid).max(0) };
        Money::from_minor(minor, self.price.currency()).unwrap_or(Money::zero(self.price.currency()))
    }

    pub fn minutes(&self) -> i64 {
        (self.visit.end() - self.visit.start()).num_minutes()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn statuses_follow_the_life_of_a_booking() {
        let allowed = |from, to: Status| to.comes_from().contains(&from);
        let table = Status::ALL.map(|from| {
            let next: Vec<_> =
                Status::ALL.into_iter().filter(|to| allowed(from, *to)).map(Status::label).collect();
            (from.label(), next.join(" "))
        });
        let expected = [
            ("held", "awaiting_payment confirmed cancelled expired"),
            ("awaiting_payment", "confirmed cancelled expired"),
            ("confirmed", "completed no_show cancelled"),
            ("completed", "no_show"),
            ("no_show", "completed"),
            ("cancelled", ""),
            ("expired", "confirmed"),
        ];
        assert_eq!(table.each_ref().map(|(from, next)| (*from, next.as_str())), expected);
    }

    #[test]
    fn standing_changes_exactly_at_its_limits() {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).expect("small");
        let names =
            LocalText::new(BTreeMap::from([("en".to_owned(), "Massage".to_owned())])).expect("a text");
        let price = Money::zero(Currency::EUR);
        let mut booking = Booking {
            id: BookingId(1),
            uid: Uuid::nil(),
            client: ClientId(1),
            master: MasterId(1),
            location: LocationId(1),
            status: Status::Held,
            visit: Range::new(at(1000), at(1060)).expect("an hour"),
            occupied: Range::new(at(1000), at(1060)).expect("an hour"),
            zone: Tz::UTC,
            hold_until: Some(at(10)),
            items: vec![Item { service: ServiceId(1), names, minutes: 60, price }],
            price,
            deposit: None,
            money: None,
            desk: None,
            sequence: 0,
            replaces: None,
            series: None,
            resources: Vec::new(),
            is_late_cancel: false,
            purpose: Purpose::Picked,
            coming_at: None,
            client_late: 0,
            delay: 0,
            came_late: false,
            by_studio: false,
            late_fee: 100,
            discount: price,
            voucher: None,
        };
        let terms = Terms { cancel_notice: 60, move_notice: 30, late_cancel: false, late_fee: 100 };
        assert_eq!(booking.standing(terms, at(9)), Standing::OnHold { until: at(10) });
        assert_eq!(booking.standing(terms, at(10)), Standing::HoldOver);
        (booking.status, booking.hold_until) = (Status::Confirmed, None);
        let may = |booking: &Booking, terms: Terms, minute| match booking.standing(terms, at(minute)) {
            Standing::Ahead(ahead) => (ahead.cancelling, ahead.may_move),
            other => panic!("not ahead: {other:?}"),
        };
        assert_eq!(may(&booking, terms, 939), (Cancelling::Free, true));
        assert_eq!(may(&booking, terms, 940), (Cancelling::TooLate, true));
        assert_eq!(may(&booking, Terms { late_cancel: true, ..terms }, 940), (Cancelling::Late, true));
        assert_eq!(may(&booking, terms, 970), (Cancelling::TooLate, false));
        booking.delay = 15;
        let waiting = booking.standing(terms, at(999));
        assert!(matches!(
            waiting,
            Standing::Ahead(Ahead { cancelling: Cancelling::Free, may_move: true, .. })
        ));
        booking.delay = 0;
        assert_eq!(booking.standing(terms, at(1000)), Standing::Past);
        booking.status = Status::Cancelled;
        assert_eq!(booking.standing(terms, at(9)), Standing::Off);
    }
}
