//! Being forgotten: for how long one can change one's mind, and how somebody who is nobody any more is named.

use std::{fmt, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::{ClientId, TelegramId};

/// Between the wish and the deed.
pub const COOLING: TimeDelta = TimeDelta::hours(24);

/// What stands in the place of a name.
pub const NOBODY: &str = "—";

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const MARK_DIGITS: usize = 4;

/// The account of a client who was forgotten: none that Telegram knows, and no two have the same.
pub fn account(client: ClientId) -> TelegramId {
    TelegramId(client.0.saturating_neg().saturating_sub(1))
}

/// Names a client who was forgotten, for the day on which a backup that knows them comes back; such as "17-k3f9". The mark
/// comes from the instant at which the client was met, so that a number alone cannot name somebody else's client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub client: ClientId,
    mark: String,
}

impl Code {
    pub fn of(client: ClientId, met_at: DateTime<Utc>) -> Code {
        let mut rest = met_at.timestamp_micros().unsigned_abs();
        let mut mark = String::with_capacity(MARK_DIGITS);
        for _ in 0..MARK_DIGITS {
            let digit = usize::try_from(rest % 36).ok().and_then(|place| DIGITS.get(place));
            mark.push(char::from(*digit.unwrap_or(&b'0')));
            rest /= 36;
        }
        Code { client, mark }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.client, self.mark)
    }
}

impl FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Code, String> {
        let read = || {
            let (client, mark) = text.trim().split_once('-')?;
            let client = client.parse().ok().filter(|client| *client > 0).map(ClientId)?;
            let mark = mark.to_ascii_lowercase();
            let is_mark = mark.len() == MARK_DIGITS && mark.bytes().all(|byte| DIGITS.contains(&byte));
            is_mark.then_some(Code { client, mark })
        };
        read().ok_or_else(|| {
            format!("{text:?} names nobody: it is a number such as 17-k3f9, as the bot has told it")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_and_fits_one_client_alone() {
        let met: DateTime<Utc> = "2026-11-23T08:00:00.123456Z".parse().expect("an instant");
        let code = Code::of(ClientId(17), met);
        assert_eq!(code.to_string().parse(), Ok(code.clone()));
        assert_eq!(code.to_string().to_uppercase().parse(), Ok(code.clone()));
        assert_ne!(code, Code::of(ClientId(17), met + TimeDelta::microseconds(1)));
        for wrong in ["", "17", "17-", "17-k3f", "17-k3f99", "0-k3f9", "-1-k3f9", "x-k3f9", "17-k3!9"] {
            assert!(wrong.parse::<Code>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_was_forgotten_is_nobody_that_calls_are_made_for() {
        assert_eq!(account(ClientId(1)), TelegramId(-2));
        assert_ne!(account(ClientId(1)), TelegramId::NOBODY);
    }
}
