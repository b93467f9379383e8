//! From a Telegram update to an event of the conversation.

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;
use teloxide::{
    types::{CallbackQuery, Me, MediaKind, Message, MessageKind, User},
    utils::command::parse_command,
};

use uuid::Uuid;

use super::callback::{Callback, STANDING};
use crate::{
    domain::{
        conversation::{Command, Event, Stray},
        export::Span,
        ids::{MessageId, TelegramId},
        language::Language,
        payment::Paid,
    },
    i18n::Tr,
    services::{GIFT, chat::Incoming, inbox::Claimed},
    t,
};

/// The longest name that is kept.
const NAME_CHARS: usize = 100;

pub(super) fn message(message: &Message, me: &Me) -> Option<Incoming> {
    let user = message.from.as_ref()?;
    let event = match &message.kind {
        MessageKind::Common(common) => match &common.media_kind {
            MediaKind::Text(text) => on_text(&text.text, me),
            MediaKind::Contact(card) => {
                let contact = &card.contact;
                let phone = international(&contact.phone_number);
                match (contact.user_id == Some(user.id), phone) {
                    (true, Some(phone)) => Event::OwnPhone(phone),
                    (true, None) => Event::Stray(Stray::Other),
                    (false, _) => Event::ForeignPhone,
                }
            }
            MediaKind::Sticker(_) => Event::Stray(Stray::Sticker),
            MediaKind::Photo(_) | MediaKind::Video(_) | MediaKind::Animation(_) | MediaKind::VideoNote(_) => {
                Event::Stray(Stray::Picture)
            }
            _ => Event::Stray(Stray::Other),
        },
        _ => return None,
    };
    Some(Incoming { event, rev: None, tapped: None, name: name(user), language: language(user) })
}

/// What a raw update says of money, read without teloxide, whose amounts end where Telegram's go on.
#[derive(Debug, Deserialize)]
struct Service {
    message: ServiceMessage,
}

#[derive(Debug, Deserialize)]
struct ServiceMessage {
    from: User,
    successful_payment: Payment,
}

#[derive(Debug, Deserialize)]
struct Payment {
    currency: String,
    total_amount: i64,
    invoice_payload: String,
    telegram_payment_charge_id: String,
    provider_payment_charge_id: String,
}

/// Money that came with a raw update; `None` when none did.
pub(super) fn payment(claimed: &Claimed) -> Option<Incoming> {
    let payload = &claimed.payload;
    if !payload.contains("\"successful_payment\"") {
        return None;
    }
    let Service { message: ServiceMessage { from, successful_payment: payment } } =
        serde_json::from_str(payload).ok()?;
    let paid = Paid {
        payer: TelegramId(i64::try_from(from.id.0).ok()?),
        payload: payment.invoice_payload,
        amount_minor: payment.total_amount,
        currency: payment.currency,
        charge: payment.telegram_payment_charge_id,
        provider_charge: payment.provider_payment_charge_id,
    };
    let event = Event::Paid(Box::new(paid));
    // One that the bot has found itself says nothing of who paid.
    let known = claimed.client.as_ref().filter(|_| claimed.is_word());
    let (name, language) =
        known.map_or_else(|| (name(&from), language(&from)), |known| (known.name.clone(), known.language));
    Some(Incoming { event, rev: None, tapped: None, name, language })
}

pub(super) fn tap(query: &CallbackQuery) -> Incoming {
    let callback = query.data.as_deref().and_then(Callback::decode);
    let (event, rev) = match callback {
        Some(callback) => (Event::Tap(callback.action), Some(callback.rev).filter(|rev| *rev != STANDING)),
        None => (Event::StaleTap, None),
    };
    let tapped = query.message.as_ref().map(|message| MessageId(message.id().0));
    Incoming { event, rev, tapped, name: name(&query.from), language: language(&query.from) }
}

fn on_text(text: &str, me: &Me) -> Event {
    if text.starts_with('/') {
        return Event::Command(command(text, me));
    }
    // The label of the button under the input field, in whichever language it was shown.
    let skips = Language::ALL.into_iter().any(|language| t!(Tr::to(language), "phone-skip") == text.trim());
    if skips { Event::SkipPhone } else { Event::Text(text.to_owned()) }
}

fn command(text: &str, me: &Me) -> Command {
    let Some((name, arguments)) = parse_command(text, me.username()) else { return Command::Unknown };
    match name.to_lowercase().as_str() {
        "start" => {
            arguments.first().and_then(|parameter| gift(parameter)).map_or(Command::Start, Command::TakeGift)
        }
        "vouchers" => Command::Vouchers,
        "mydata" => Command::MyData,
        "forget" => Command::Forget,
        "backup" => Command::Backup,
        "backups" => Command::Backups,
        "book" => Command::Book,
        "visits" => Command::Visits,
        "cancel" => Command::Cancel,
        "help" => Command::Help,
        "language" => Command::Language,
        "privacy" => Command::Privacy,
        "today" => Command::Today,
        "day" => match arguments.first().map(|date| date.parse::<NaiveDate>()) {
            Some(Ok(date)) if (1970..=2200).contains(&date.year()) => Command::Day(date),
            _ => Command::DayWithoutDate,
        },
        "why" => match span(&arguments) {
            Some((at, None, used)) => Command::Why { at, master: word_after(&arguments, used) },
            _ => Command::WhyWithoutTime,
        },
        "block" => match span(&arguments) {
            Some((from, Some(to), used)) => Command::Block { from, to, master: word_after(&arguments, used) },
            _ => Command::BlockWithoutTime,
        },
        "notifications" => Command::Notifications,
        "waitlist" => Command::Waitlist,
        "late" => Command::Late,
        "outbox" => Command::Outbox,
        "jobs" => Command::Jobs,
        "terms" => Command::Terms,
        "paysupport" => Command::PaySupport,
        "ledger" => Command::Ledger,
        "export" => match days(&arguments) {
            Some(span) => Command::Export(span),
            None => Command::ExportWithoutDays,
        },
        _ => Command::Unknown,
    }
}

/// The token of a gift in the parameter of a link to the bot.
fn gift(parameter: &str) -> Option<Uuid> {
    parameter.strip_prefix(GIFT).and_then(|token| Uuid::try_parse(token).ok())
}

/// A wall time and, where the second word is a span, its end; and how many words that took. A span that ends before it
/// starts ends on the next day.
fn span(arguments: &[&str]) -> Option<(NaiveDateTime, Option<NaiveDateTime>, usize)> {
    let whole = arguments.first()?;
    let (date, times, used) = match whole.split_once(['T', 't']) {
        Some((date, time)) => (date, time, 1),
        None => (*whole, *arguments.get(1)?, 2),
    };
    let date = date.parse().ok().filter(|date: &NaiveDate| (1970..=2200).contains(&date.year()))?;
    let time = |text: &str| {
        let whole_hour = || NaiveTime::from_hms_opt(text.parse().ok()?, 0, 0);
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok().or_else(whole_hour)?;
        Some(date.and_time(time))
    };
    let Some((from, to)) = times.split_once(['-', '–']) else { return Some((time(times)?, None, used)) };
    let from = time(from)?;
    let midnight = || date.succ_opt().map(|next| next.and_time(NaiveTime::MIN));
    let to = if to == "24:00" || to == "24" { midnight()? } else { time(to)? };
    let to = if to < from { to.checked_add_days(Days::new(1))? } else { to };
    if to == from {
        return None;
    }
    Some((from, Some(to), used))
}

/// Two dates, or one that is both; the outer `None` is for anything else.
#[expect(clippy::option_option, reason = "absent and unreadable are two things")]
fn days(arguments: &[&str]) -> Option<Option<Span>> {
    let date = |word: &str| word.parse().ok().filter(|date: &NaiveDate| (1970..=2200).contains(&date.year()));
    match *arguments {
        [] => Some(None),
        [day] => date(day).map(|day| Some(Span::Days(day, day))),
        [first, last] => Span::between(date(first)?, date(last)?).map(Some),
        _ => None,
    }
}

fn word_after(arguments: &[&str], used: usize) -> Option<String> {
    arguments.get(used).map(|word| word.to_lowercase())
}

/// "+" and digits; `None` for what is no phone number.
fn international(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let is_clean = phone.chars().all(|c| c.is_ascii_digit() || "+ -()".contains(c));
    (is_clean && (5..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// The name as Telegram gives it, without characters that could disturb the text around it.
fn name(user: &User) -> String {
    let full = user.full_name();
    let clean: String =
        full.chars().filter(|c| !c.is_control() && !is_direction_mark(*c)).take(NAME_CHARS).collect();
    let clean = clean.trim();
    if clean.is_empty() { format!("#{}", user.id) } else { clean.to_owned() }
}

/// Marks that reverse the direction of the text after them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn language(user: &User) -> Language {
    user.language_code.as_deref().and_then(Language::from_tag).unwrap_or(Language::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_brought_into_one_form() {
        assert_eq!(international("+49 (30) 123-456"), Some("+4930123456".to_owned()));
        assert_eq!(international("4930123456"), Some("+4930123456".to_owned()));
        assert_eq!(international("call me"), None);
        assert_eq!(international("1234"), None);
        assert_eq!(international("1234567890123456"), None);
    }

    #[test]
    fn times_and_spans_are_read_as_people_write_them() {
        let read = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            span(&words).map(|(from, to, used)| {
                let to = to.map_or("-".to_owned(), |to| to.format("%d %H:%M").to_string());
                format!("{} {to} {used}", from.format("%d %H:%M"))
            })
        };
        for (text, expected) in [
            ("2026-12-01 15:00", Some("01 15:00 - 2")),
            ("2026-12-01T15:00 anna", Some("01 15:00 - 1")),
            ("2026-12-01 14:00-16:30 anna", Some("01 14:00 01 16:30 2")),
            ("2026-12-01 9-12", Some("01 09:00 01 12:00 2")),
            ("2026-12-01 22:00–24:00", Some("01 22:00 02 00:00 2")),
            ("2026-12-01 22:00-02:00", Some("01 22:00 02 02:00 2")),
            ("2026-12-01", None),
            ("2026-02-30 15:00", None),
            ("2026-12-01 25:00", None),
            ("2026-12-01 14:00-14:00", None),
            ("tomorrow 15:00", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_cannot_disturb_the_text_around_them() {
        let user = |first: &str| {
            let json = serde_json::json!({ "id": 7, "is_bot": false, "first_name": first });
            serde_json::from_value::<User>(json).expect("a user")
        };
        assert_eq!(name(&user("Ann\u{202E}\u{0007} Lee")), "Ann Lee");
        assert_eq!(name(&user("\u{202E}")), "#7");
        assert_eq!(name(&user(&"x".repeat(500))).chars().count(), NAME_CHARS);
    }
}
