//! What a button carries: a typed, versioned code of at most 64 bytes.
//!
//! `1.<verb>[.<argument>…]~<revision>`, numbers in base 36. Released versions stay readable or are answered as out of
//! date; nothing that a client sends is trusted beyond its form.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::{
    conversation::{Action, MasterChoice},
    ids::{BookingId, LocationId, MasterId, ServiceId, TimeOffId},
    language::Language,
    month::Month,
    slots::Regard,
};

/// Telegram's limit.
pub const MAX_BYTES: usize = 64;

const VERSION: &str = "1";

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

fn words(action: Action) -> Vec<String> {
    let word = |verb: &str| vec![verb.to_owned()];
    let with = |verb: &str, arguments: &[i64]| {
        std::iter::once(verb.to_owned()).chain(arguments.iter().map(|value| number(*value))).collect()
    };
    match action {
        Action::Nothing => word("n"),
        Action::Home => word("h"),
        Action::Back => word("b"),
        Action::Agree => word("ok"),
        Action::Book => word("bk"),
        Action::Location(location) => with("lo", &[location.0.into()]),
        Action::Tick(service, wanted) => with("s", &[service.0.into(), wanted.into()]),
        Action::ServicesPage(page) => with("sp", &[page.into()]),
        Action::ServicesDone => word("sd"),
        Action::Master(MasterChoice::Anyone, None) => word("ma"),
        Action::Master(MasterChoice::Anyone, Some(price)) => with("ma", &[price]),
        Action::Master(MasterChoice::One(master), None) => with("m", &[master.0.into()]),
        Action::Master(MasterChoice::One(master), Some(price)) => with("m", &[master.0.into(), price]),
        Action::Month(month) => with("mo", &[day_number(month.first())]),
        Action::Day(day) => with("d", &[day_number(day)]),
        Action::Time(start) => with("t", &[start.timestamp()]),
        Action::Alternative(master, start) => with("al", &[master.0.into(), start.timestamp()]),
        Action::OtherDay => word("od"),
        Action::OtherMaster => word("om"),
        Action::Reconsider => word("rc"),
        Action::Confirm => word("c"),
        Action::Repeat => word("rp"),
        Action::Rule(weeks, times) => with("rr", &[weeks.into(), times.into()]),
        Action::Skip(visit, skips) => with("sk", &[visit.into(), skips.into()]),
        Action::Pick(visit) => with("pk", &[visit.into()]),
        Action::Put(visit, start) => with("pt", &[visit.into(), start.timestamp()]),
        Action::ConfirmSeries => word("cs"),
        Action::Visits { past, page } => with("v", &[past.into(), page.into()]),
        Action::Visit(booking) => with("vi", &[booking.0]),
        Action::CalendarFile(booking) => with("cf", &[booking.0]),
        Action::AskCancel(booking) => with("ac", &[booking.0]),
        Action::Cancel(booking) => with("ca", &[booking.0]),
        Action::CancelFrom(booking) => with("cn", &[booking.0]),
        Action::Move(booking) => with("mv", &[booking.0]),
        Action::Languages => word("ls"),
        Action::SetLanguage(language) => vec!["l".to_owned(), language.code().to_owned()],
        Action::Help => word("he"),
        Action::Privacy => word("pr"),
        Action::StaffToday => word("st"),
        Action::StaffDay(day) => with("sy", &[day_number(day)]),
        Action::StaffVisit(booking) => with("sv", &[booking.0]),
        Action::Regard(booking, regard) => {
            vec!["rg".to_owned(), number(booking.0), regard.label().to_owned()]
        }
        Action::Unblock(time_off) => with("ub", &[time_off.0.into()]),
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

    fn booking(&mut self) -> Option<BookingId> {
        self.number().map(BookingId)
    }
}

fn read(verb: &str, arguments: &mut Arguments<'_>) -> Option<Action> {
    let action = match verb {
        "n" => Action::Nothing,
        "h" => Action::Home,
        "b" => Action::Back,
        "ok" => Action::Agree,
        "bk" => Action::Book,
        "lo" => Action::Location(LocationId(arguments.small()?)),
        "s" => Action::Tick(ServiceId(arguments.small()?), arguments.number()? == 1),
        "sp" => Action::ServicesPage(arguments.page()?),
        "sd" => Action::ServicesDone,
        "ma" => Action::Master(MasterChoice::Anyone, arguments.rest()?),
        "m" => {
            let master = MasterChoice::One(MasterId(arguments.small()?));
            Action::Master(master, arguments.rest()?)
        }
        "mo" => Action::Month(Month::of(arguments.day()?)),
        "d" => Action::Day(arguments.day()?),
        "t" => Action::Time(arguments.instant()?),
        "al" => Action::Alternative(MasterId(arguments.small()?), arguments.instant()?),
        "od" => Action::OtherDay,
        "om" => Action::OtherMaster,
        "rc" => Action::Reconsider,
        "c" => Action::Confirm,
        "rp" => Action::Repeat,
        "rr" => Action::Rule(arguments.page()?, arguments.page()?),
        "sk" => Action::Skip(arguments.page()?, arguments.number()? == 1),
        "pk" => Action::Pick(arguments.page()?),
        "pt" => Action::Put(arguments.page()?, arguments.instant()?),
        "cs" => Action::ConfirmSeries,
        "v" => Action::Visits { past: arguments.number()? == 1, page: arguments.page()? },
        "vi" => Action::Visit(arguments.booking()?),
        "cf" => Action::CalendarFile(arguments.booking()?),
        "ac" => Action::AskCancel(arguments.booking()?),
        "ca" => Action::Cancel(arguments.booking()?),
        "cn" => Action::CancelFrom(arguments.booking()?),
        "mv" => Action::Move(arguments.booking()?),
        "ls" => Action::Languages,
        "l" => Action::SetLanguage(Language::from_tag(arguments.0.next()?)?),
        "he" => Action::Help,
        "pr" => Action::Privacy,
        "st" => Action::StaffToday,
        "sy" => Action::StaffDay(arguments.day()?),
        "sv" => Action::StaffVisit(arguments.booking()?),
        "rg" => Action::Regard(arguments.booking()?, Regard::from_label(arguments.0.next()?)?),
        "ub" => Action::Unblock(TimeOffId(arguments.small()?)),
        _ => return None,
    };
    arguments.0.next().is_none().then_some(action)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0i64..80_000).prop_map(|days| NaiveDate::default() + TimeDelta::days(days))
    }

    fn any_start() -> impl Strategy<Value = DateTime<Utc>> {
        (0i64..7_000_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).expect("in range"))
    }

    fn any_action() -> impl Strategy<Value = Action> {
        let booking = || any::<i64>().prop_map(BookingId);
        prop_oneof![
            prop::sample::select(vec![
                Action::Nothing,
                Action::Home,
                Action::Back,
                Action::Agree,
                Action::Book,
                Action::ServicesDone,
                Action::Master(MasterChoice::Anyone, None),
                Action::OtherDay,
                Action::OtherMaster,
                Action::Reconsider,
                Action::Confirm,
                Action::Repeat,
                Action::ConfirmSeries,
                Action::Languages,
                Action::Help,
                Action::Privacy,
                Action::StaffToday,
                Action::SetLanguage(Language::English),
                Action::SetLanguage(Language::Russian),
            ]),
            any::<i32>().prop_map(|id| Action::Location(LocationId(id))),
            (any::<i32>(), any::<bool>()).prop_map(|(id, wanted)| Action::Tick(ServiceId(id), wanted)),
            any::<u8>().prop_map(Action::ServicesPage),
            (any::<i32>(), any::<Option<i64>>())
                .prop_map(|(id, price)| Action::Master(MasterChoice::One(MasterId(id)), price)),
            any::<i64>().prop_map(|price| Action::Master(MasterChoice::Anyone, Some(price))),
            any::<(u8, u8)>().prop_map(|(weeks, times)| Action::Rule(weeks, times)),
            any::<(u8, bool)>().prop_map(|(visit, skips)| Action::Skip(visit, skips)),
            any::<u8>().prop_map(Action::Pick),
            (any::<u8>(), any_start()).prop_map(|(visit, start)| Action::Put(visit, start)),
            any_day().prop_map(|day| Action::Month(Month::of(day))),
            any_day().prop_map(Action::Day),
            any_start().prop_map(Action::Time),
            (any::<i32>(), any_start()).prop_map(|(id, start)| Action::Alternative(MasterId(id), start)),
            (any::<bool>(), any::<u8>()).prop_map(|(past, page)| Action::Visits { past, page }),
            booking().prop_map(Action::Visit),
            booking().prop_map(Action::CalendarFile),
            booking().prop_map(Action::AskCancel),
            booking().prop_map(Action::Cancel),
            booking().prop_map(Action::CancelFrom),
            booking().prop_map(Action::Move),
            (booking(), prop::sample::select(Regard::ALL.to_vec()))
                .prop_map(|(booking, regard)| Action::Regard(booking, regard)),
            any::<i32>().prop_map(|id| Action::Unblock(TimeOffId(id))),
            any_day().prop_map(Action::StaffDay),
            booking().prop_map(Action::StaffVisit),
        ]
    }

    proptest! {
        #[test]
        fn every_button_is_read_back_and_fits(action in any_action(), rev in any::<i64>()) {
            let callback = Callback { action, rev };
            let data = callback.encode();
            prop_assert!(data.len() <= MAX_BYTES, "{} bytes", data.len());
            prop_assert_eq!(Callback::decode(&data), Some(callback));
        }
    }

    #[test]
    fn released_buttons_stay_readable() {
        let first_release = [
            ("1.h~1", Action::Home),
            ("1.s.7.1~a", Action::Tick(ServiceId(7), true)),
            ("1.ma~3", Action::Master(MasterChoice::Anyone, None)),
            ("1.m.5~3", Action::Master(MasterChoice::One(MasterId(5)), None)),
            ("1.d.g94~5", Action::Day("2027-09-03".parse().expect("a date"))),
            ("1.t.tpdgw0~6", Action::Time("2026-12-01T15:12:00Z".parse().expect("an instant"))),
            ("1.ca.2s~z", Action::Cancel(BookingId(100))),
            ("1.l.ru~1", Action::SetLanguage(Language::Russian)),
        ];
        for (data, action) in first_release {
            assert_eq!(Callback::decode(data).map(|callback| callback.action), Some(action), "{data}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "~",
            "1",
            "1.~",
            "1.h",
            "1.h~",
            "1.h.x~1",
            "2.h~1",
            "1.s~1",
            "1.s.99999999999~1",
            "1.d.zzzzzzzzzz~1",
            "1.t.-1~1",
            "1.l.xx~1",
            "1.nonsense~1",
            "1.s.+7~1",
            "book",
            "1.v.1.zz~1",
            "1.vi.1111111111111111111111111111111111111111111111111111111111~1",
        ] {
            assert_eq!(Callback::decode(bad), None, "{bad:?}");
        }
    }
}
