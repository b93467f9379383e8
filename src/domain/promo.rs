//! Codes that make a visit cheaper.

use chrono::NaiveDate;

use super::{ids::PromoId, money::Money, slots::Audience};

/// What a code takes off a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// 1 to 100 hundredths.
    Percent(u8),
    /// But never more than the price.
    Amount(Money),
}

impl Off {
    /// What it takes off this price.
    pub fn of(self, price: Money) -> Money {
        match self {
            Off::Percent(percent) => price.percent(percent),
            Off::Amount(amount) => amount.at_most(price),
        }
    }
}

/// A code with its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub id: PromoId,
    pub off: Off,
    /// The first and last day on which it can be used.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub most_uses: Option<u32>,
    pub most_per_client: Option<u32>,
    pub audience: Audience,
}

/// How often a code was used, and who would use it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    pub all: u32,
    pub own: u32,
    /// Whether the client has been here before.
    pub is_known: bool,
}

/// Why a code takes nothing off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Useless {
    TooEarly,
    TooLate,
    UsedUp,
    /// The client has used it as often as one may.
    UsedByYou,
    NotForYou,
}

impl Code {
    /// Whether it can be used on a day of its location.
    pub fn admit(&self, today: NaiveDate, used: Used) -> Result<(), Useless> {
        let is_reached = |most: Option<u32>, count: u32| most.is_some_and(|most| count >= most);
        if self.from.is_some_and(|from| today < from) {
            return Err(Useless::TooEarly);
        }
        if self.until.is_some_and(|until| today > until) {
            return Err(Useless::TooLate);
        }
        if !self.audience.includes(used.is_known) {
            return Err(Useless::NotForYou);
        }
        if is_reached(self.most_per_client, used.own) {
            return Err(Useless::UsedByYou);
        }
        if is_reached(self.most_uses, used.all) { Err(Useless::UsedUp) } else { Ok(()) }
    }
}

/// A code as it is written: in capitals, without what people put around it; `None` for what cannot be one.
pub fn tidied(text: &str) -> Option<String> {
    let code = text.trim().to_uppercase();
    let is_fine = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    ((3..=20).contains(&code.chars().count()) && code.chars().all(is_fine)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn a_code_counts_on_its_days_as_often_as_it_may_and_for_whom_it_is() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).expect("a day");
        let code = Code {
            id: PromoId(1),
            off: Off::Percent(10),
            from: Some(day(2)),
            until: Some(day(4)),
            most_uses: Some(3),
            most_per_client: Some(1),
            audience: Audience::New,
        };
        let fresh = Used { all: 2, own: 0, is_known: false };
        assert_eq!(
            [1, 2, 4, 5].map(|on| code.admit(day(on), fresh)),
            [Err(Useless::TooEarly), Ok(()), Ok(()), Err(Useless::TooLate)]
        );
        assert_eq!(code.admit(day(3), Used { is_known: true, ..fresh }), Err(Useless::NotForYou));
        assert_eq!(code.admit(day(3), Used { own: 1, ..fresh }), Err(Useless::UsedByYou));
        assert_eq!(code.admit(day(3), Used { all: 3, ..fresh }), Err(Useless::UsedUp));
        let open = Code {
            from: None,
            until: None,
            most_uses: None,
            most_per_client: None,
            audience: Audience::Everyone,
            ..code
        };
        assert_eq!(open.admit(day(30), Used { all: 999, own: 99, is_known: true }), Ok(()));
    }

    #[test]
    fn no_code_takes_off_more_than_the_price() {
        let euros = |minor| Money::from_minor(minor, Currency::EUR).expect("in range");
        assert_eq!(Off::Percent(100).of(euros(6050)), euros(6050));
        assert_eq!(Off::Percent(15).of(euros(6050)), euros(908));
        assert_eq!(Off::Amount(euros(9900)).of(euros(6050)), euros(6050));
        assert_eq!(tidied(" spring-10 "), Some("SPRING-10".to_owned()));
        for text in ["", "ab", "what a day", "весна10", "A23456789012345678901"] {
            assert_eq!(tidied(text), None, "{text}");
        }
    }
}
