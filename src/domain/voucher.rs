//! Vouchers: so many visits of one service, or an amount for anything.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{
    booking::{Booking, Pays, Purpose, Status},
    ids::{ServiceId, VoucherId, VoucherTypeId},
    language::LocalText,
    money::Money,
    ranges::Range,
    time,
};

/// A voucher that can be bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherType {
    pub id: VoucherTypeId,
    pub names: LocalText,
    /// The service and how many visits of it; `None` is worth its price.
    pub visits: Option<(LocalText, u32)>,
    pub price: Money,
    /// Days from its payment on which it can be used.
    pub valid_days: u32,
}

/// Where a voucher stands. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Unpaid,
    Live,
    /// Its time has run out.
    Over,
}

impl State {
    pub const ALL: [State; 3] = [State::Unpaid, State::Live, State::Over];

    pub fn label(self) -> &'static str {
        match self {
            State::Unpaid => "unpaid",
            State::Live => "live",
            State::Over => "over",
        }
    }

    pub fn from_label(label: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.label() == label)
    }
}

/// The visits of a voucher for one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visits {
    pub service: ServiceId,
    pub names: LocalText,
    pub all: u32,
    pub left: u32,
}

/// A voucher that somebody has, or has yet to pay or to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    pub id: VoucherId,
    /// As it was sold; `None` for one that took the place of money which was to go back.
    pub names: Option<LocalText>,
    /// `None` is for an amount.
    pub visits: Option<Visits>,
    pub price: Money,
    /// What of its price has not been used.
    pub left: Money,
    pub state: State,
    /// What a gift's link says until somebody has taken it.
    pub token: Option<Uuid>,
    /// When it can be used no more; set once it is paid.
    pub ends_at: Option<DateTime<Utc>>,
    pub valid_days: u32,
    /// Whether messages keep to themselves what it is for.
    pub is_discreet: bool,
}

/// When a voucher that is paid now ends: with the last of its days, on the wall.
pub fn end(zone: Tz, valid_days: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    let last = time::local_date(zone, now).checked_add_days(Days::new(valid_days.into()));
    // No zone has skipped a day in our time, and no voucher is good for ever.
    last.and_then(|last| time::day(zone, last)).map_or(now, Range::end)
}

/// What a voucher would pay of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redemption {
    pub pays: Pays,
    /// What leaves the voucher and pays for the visit.
    pub amount: Money,
    /// What the visit costs then, and by how much that is less than its services.
    pub price: Money,
    pub discount: Money,
}

impl Voucher {
    /// Whether there is something left to be used at `at`.
    pub fn is_good(&self, at: DateTime<Utc>) -> bool {
        let has_some = self.visits.as_ref().map_or(!self.left.is_zero(), |visits| visits.left > 0);
        self.state == State::Live && has_some && self.ends_at.is_some_and(|ends| at < ends)
    }

    /// What it would pay of a visit that is on hold; `None` when it cannot. It pays what is due beforehand or nothing: two
    /// ways to pay at once would be two ways for one of them to fail. But one that took the place of money is as good as a
    /// deposit, whatever is due. The visit must take place while the voucher is good.
    pub fn redeem(&self, booking: &Booking) -> Option<Redemption> {
        let is_open = booking.status == Status::Held
            && booking.purpose != Purpose::Requested
            && booking.replaces.is_none();
        if !is_open
            || !self.is_good(booking.visit.start())
            || self.left.currency() != booking.price.currency()
        {
            return None;
        }
        let redemption = match &self.visits {
            None => Redemption {
                pays: Pays::Amount,
                amount: self.left.at_most(booking.price),
                price: booking.price,
                discount: booking.discount,
            },
            Some(visits) => self.one_visit(visits, booking)?,
        };
        let due = booking.deposit.map_or(0, |deposit| deposit.amount.minor());
        let is_enough =
            redemption.amount.minor() >= due || redemption.amount == redemption.price || self.names.is_none();
        (is_enough && !redemption.amount.is_zero()).then_some(redemption)
    }

    /// One of its visits stands for the service at the price at which it was sold. A code has made the price another one.
    fn one_visit(&self, visits: &Visits, booking: &Booking) -> Option<Redemption> {
        let item = booking.items.iter().find(|item| item.service == visits.service)?;
        if !booking.discount.is_zero() {
            return None;
        }
        let share = self.left.share(visits.left);
        let price = booking.price.less(item.price).plus(share).ok()?;
        Some(Redemption { pays: Pays::Visit, amount: share, price, discount: item.price.less(share) })
    }
}
