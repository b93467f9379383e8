//! Money as integer minor units of an ISO 4217 currency or as Telegram Stars; never a float.

use iso_currency::Currency as Iso;

/// The largest amount that a catalog may name, in minor units: what Telegram and its clients can carry.
pub const LARGEST_MINOR: i64 = 4_000_000_000;

/// What amounts are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Currency {
    Iso(Iso),
    /// Telegram's own, which has no smaller unit.
    Stars,
}

impl Currency {
    pub const EUR: Currency = Currency::Iso(Iso::EUR);
    pub const JPY: Currency = Currency::Iso(Iso::JPY);
    pub const KWD: Currency = Currency::Iso(Iso::KWD);
    pub const RUB: Currency = Currency::Iso(Iso::RUB);
    /// How Telegram calls its Stars.
    const STARS: &str = "XTR";

    pub fn from_code(code: &str) -> Option<Currency> {
        if code == Self::STARS { Some(Currency::Stars) } else { Iso::from_code(code).map(Currency::Iso) }
    }

    /// Three letters.
    pub fn code(self) -> &'static str {
        match self {
            Currency::Iso(iso) => iso.code(),
            Currency::Stars => Self::STARS,
        }
    }

    /// Decimal places; `None` for what nobody pays with, such as metals.
    pub fn exponent(self) -> Option<u16> {
        match self {
            Currency::Iso(iso) => iso.exponent(),
            Currency::Stars => Some(0),
        }
    }

    pub fn symbol(self) -> String {
        match self {
            Currency::Iso(iso) => iso.symbol().to_string(),
            Currency::Stars => "⭐".to_owned(),
        }
    }
}

/// An amount that is zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("an amount looks like 60 or 60.50, without sign, currency or spaces")]
    NotAnAmount,
    #[error("this currency has {0} decimal places")]
    TooPrecise(u16),
    #[error("the amount is too large")]
    TooLarge,
    #[error("amounts of different currencies cannot be added")]
    MixedCurrencies,
}

impl Money {
    /// `None` when negative or larger than [`LARGEST_MINOR`].
    pub fn from_minor(minor: i64, currency: Currency) -> Option<Money> {
        (0..=LARGEST_MINOR).contains(&minor).then_some(Money { minor, currency })
    }

    pub fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Parses "60" or "60.5" with a point, with at most as many decimals as the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let places = decimals(currency);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(MoneyError::NotAnAmount);
        }
        if fraction.len() > usize::from(places) {
            return Err(MoneyError::TooPrecise(places));
        }
        let padded = format!("{whole}{fraction:0<width$}", width = usize::from(places));
        let minor = padded.parse::<i64>().map_err(|_| MoneyError::TooLarge)?;
        Money::from_minor(minor, currency).ok_or(MoneyError::TooLarge)
    }

    pub fn minor(self) -> i64 {
        self.minor
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies);
        }
        let sum = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Money::from_minor(sum, self.currency).ok_or(MoneyError::TooLarge)
    }

    /// So many hundredths of it, to the nearest minor unit, halves up.
    pub fn percent(self, percent: u8) -> Money {
        let minor = self.minor.saturating_mul(i64::from(percent)).saturating_add(50) / 100;
        Money { minor: minor.min(LARGEST_MINOR), currency: self.currency }
    }

    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// One of so many equal shares, without what is left over; all of it where there are none.
    #[must_use]
    pub fn share(self, shares: u32) -> Money {
        Money { minor: self.minor / i64::from(shares.max(1)), currency: self.currency }
    }

    /// What is left of it without another amount of its currency; nothing where that is more.
    #[must_use]
    pub fn less(self, other: Money) -> Money {
        Money { minor: self.minor.saturating_sub(other.minor).max(0), currency: self.currency }
    }

    /// The smaller of two amounts of one currency.
    #[must_use]
    pub fn at_most(self, other: Money) -> Money {
        Money { minor: self.minor.min(other.minor), currency: self.currency }
    }

    /// The sum of amounts of one currency; zero when there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), Money::plus)
    }

    /// The canonical decimal with all its places and a point ("60.00"); [`Money::parse`] reads it back.
    pub fn decimal(self) -> String {
        let (whole, fraction) = self.parts();
        if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }
    }

    /// Whole units and the fraction's digits (empty for a currency without decimals).
    pub fn parts(self) -> (String, String) {
        let places = usize::from(decimals(self.currency));
        let digits = format!("{:0>width$}", self.minor, width = places.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        (whole.to_owned(), fraction.to_owned())
    }
}

fn decimals(currency: Currency) -> u16 {
    currency.exponent().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_obey_the_exponent_of_their_currency() {
        let minor = |text, currency| Money::parse(text, currency).map(Money::minor);
        assert_eq!(minor("60", Currency::EUR), Ok(6000));
        assert_eq!(minor("60.5", Currency::EUR), Ok(6050));
        assert_eq!(minor("3500", Currency::JPY), Ok(3500));
        assert_eq!(minor("1.234", Currency::KWD), Ok(1234));
        assert_eq!(minor("60.555", Currency::EUR), Err(MoneyError::TooPrecise(2)));
        assert_eq!(minor("1.5", Currency::JPY), Err(MoneyError::TooPrecise(0)));
        for bad in ["", "-1", "+1", "1,5", "1.", ".5", "1e3", " 1", "NaN", "1.5.0"] {
            assert_eq!(minor(bad, Currency::EUR), Err(MoneyError::NotAnAmount), "{bad:?}");
        }
        assert_eq!(minor("99999999999999999999", Currency::EUR), Err(MoneyError::TooLarge));
        assert_eq!(minor("50000000.00", Currency::EUR), Err(MoneyError::TooLarge));
    }

    #[test]
    fn currencies_do_not_mix() {
        let (euro, yen) = (Money::zero(Currency::EUR), Money::zero(Currency::JPY));
        assert_eq!(euro.plus(yen), Err(MoneyError::MixedCurrencies));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in 0..=LARGEST_MINOR, which in 0usize..4) {
            let currency = [Currency::EUR, Currency::JPY, Currency::KWD, Currency::RUB][which];
            let money = Money::from_minor(minor, currency).expect("in range");
            prop_assert_eq!(Money::parse(&money.decimal(), currency), Ok(money));
        }
    }
}
