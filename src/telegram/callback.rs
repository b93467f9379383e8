//! What a button carries: a typed, versioned code of at most 64 bytes.
//!
//! `1.<verb>[.<argument>…]~<revision>`, numbers in base 36. Released versions stay readable or are answered as out of
//! date; nothing that a client sends is trusted beyond its form.

#[cfg(test)]
mod tests;
mod verbs;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use self::verbs::{read, words};
use crate::domain::{conversation::Action, ids::BookingId};

/// Telegram's limit.
pub const MAX_BYTES: usize = 64;

const VERSION: &str = "1";

/// The revision on buttons of messages that stay, such as the cards of visits: they never go out of date, and whether
/// they still mean something is decided when they are tapped.
pub const STANDING: i64 = 0;

/// An action together with the revision of the screen it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Callback {
    pub action: Action,
    pub rev: i64,
}

impl Callback {
    pub fn encode(self) -> String {
        let words = words(self.action);
        format!("{VERSION}.{}~{}", words.join("."), number(self.rev))
    }

    /// `None` for what no version of Vizit has written.
    pub fn decode(data: &str) -> Option<Callback> {
        if data.len() > MAX_BYTES {
            return None;
        }
        let (words, rev) = data.rsplit_once('~')?;
        let mut words = words.split('.');
        let action = match words.next()? {
            VERSION => read(words.next()?, &mut Arguments(words))?,
            _ => return None,
        };
        Some(Callback { action, rev: parse(rev)? })
    }
}

struct Arguments<'a>(std::str::Split<'a, char>);

impl Arguments<'_> {
    fn number(&mut self) -> Option<i64> {
        parse(self.0.next()?)
    }

    /// A last argument that older buttons do not have; the outer `None` is for one that is no number.
    #[expect(clippy::option_option, reason = "absent and unreadable are two things")]
    fn rest(&mut self) -> Option<Option<i64>> {
        self.0.next().map_or(Some(None), |last| parse(last).map(Some))
    }

    fn small(&mut self) -> Option<i32> {
        i32::try_from(self.number()?).ok()
    }

    fn page(&mut self) -> Option<u8> {
        u8::try_from(self.number()?).ok()
    }

    fn day(&mut self) -> Option<NaiveDate> {
        let day = NaiveDate::default().checked_add_signed(TimeDelta::try_days(self.number()?)?)?;
        bounded(day).then_some(day)
    }

    fn instant(&mut self) -> Option<DateTime<Utc>> {
        let instant = DateTime::from_timestamp(self.number()?, 0)?;
        bounded(instant.date_naive()).then_some(instant)
    }

    /// A last argument that may be left out; the outer `None` is for one that is no number.
    #[expect(clippy::option_option, reason = "absent and unreadable are two things")]
    fn choice(&mut self) -> Option<Option<u8>> {
        match self.rest()? {
            Some(number) => u8::try_from(number).ok().map(Some),
            None => Some(None),
        }
    }

    fn booking(&mut self) -> Option<BookingId> {
        self.number().map(BookingId)
    }
}

/// Whether a date can be reckoned with: the database and the calendar both reach it.
fn bounded(day: NaiveDate) -> bool {
    (1970..=2200).contains(&chrono::Datelike::year(&day))
}

fn day_number(day: NaiveDate) -> i64 {
    (day - NaiveDate::default()).num_days()
}

/// Base 36 with a leading minus for negatives.
fn number(value: i64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut left = value.unsigned_abs();
    let mut reversed = Vec::new();
    loop {
        let digit = usize::try_from(left % 36).unwrap_or_default();
        reversed.push(char::from(DIGITS.get(digit).copied().unwrap_or(b'0')));
        left /= 36;
        if left == 0 {
            break;
        }
    }
    let sign = if value < 0 { "-" } else { "" };
    std::iter::once(sign.to_owned()).chain(reversed.into_iter().rev().map(String::from)).collect()
}

fn parse(text: &str) -> Option<i64> {
    // from_str_radix would also take a plus sign, which nobody writes.
    if text.starts_with('+') { None } else { i64::from_str_radix(text, 36).ok() }
}
