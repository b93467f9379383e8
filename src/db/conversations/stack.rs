//! The stored form of a conversation's stack. Released versions stay readable for ever; what cannot be read is `None`.

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::export::ExportV1;
use crate::domain::{
    conversation::{Conversation, MasterChoice, Screen, WaitWish, Wish},
    ids::{BookingId, LocationId, MasterId, ServiceId, VoucherTypeId},
    month::Month,
    series::{Deviation, Recurrence},
    waitlist::{Part, Weekdays},
};

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum Stack {
    #[serde(rename = "1")]
    V1 { screens: Vec<ScreenV1> },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
enum ScreenV1 {
    Welcome,
    Phone,
    Home,
    Locations,
    Services {
        location: i32,
        picked: Vec<i32>,
        page: u8,
    },
    Masters {
        wish: WishV1,
    },
    Calendar {
        wish: WishV1,
        master: Option<i32>,
        month: Option<NaiveDate>,
    },
    Times {
        wish: WishV1,
        master: Option<i32>,
        day: NaiveDate,
    },
    Summary {
        wish: WishV1,
        master: Option<i32>,
        booking: i64,
    },
    Taken {
        wish: WishV1,
        master: Option<i32>,
        start: DateTime<Utc>,
    },
    Repeat {
        wish: WishV1,
        booking: i64,
    },
    Series {
        wish: WishV1,
        booking: i64,
        rule: String,
        deviations: Vec<DeviationV1>,
        picking: Option<u32>,
    },
    Visits {
        past: bool,
        page: u8,
    },
    Visit {
        booking: i64,
    },
    CancelVisit {
        booking: i64,
    },
    Language,
    Help,
    Privacy,
    Forget,
    Day {
        date: Option<NaiveDate>,
    },
    StaffVisit {
        booking: i64,
    },
    Why {
        wall: NaiveDateTime,
        master: Option<String>,
    },
    Late {
        booking: i64,
    },
    Comment {
        booking: i64,
    },
    Wait {
        wish: WishV1,
        master: Option<i32>,
        first: Option<NaiveDate>,
        last: NaiveDate,
        weekdays: u8,
        part: String,
    },
    Waits,
    Settings,
    Zones,
    StaffCancel {
        booking: i64,
    },
    Unanswered,
    RunLate {
        minutes: Option<u8>,
    },
    Outbox,
    Jobs,
    Terms,
    PaySupport,
    Ledger,
    Vouchers,
    VoucherType {
        kind: i32,
    },
    Code {
        booking: i64,
    },
    Backups,
    Export(ExportV1),
}

#[derive(Serialize, Deserialize)]
struct WishV1 {
    location: i32,
    services: Vec<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moving: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quoted: Option<i64>,
}

/// Without a start, the visit is skipped.
#[derive(Serialize, Deserialize)]
struct DeviationV1 {
    index: u32,
    start: Option<DateTime<Utc>>,
}

/// The stored form of a conversation.
pub fn encode(conversation: &Conversation) -> serde_json::Value {
    let stack = Stack::V1 { screens: conversation.screens().map(to_v1).collect() };
    // Plain data with text keys always has a JSON form.
    serde_json::to_value(stack).unwrap_or_default()
}

/// `None` when the stored form cannot be read.
pub fn decode(stored: &serde_json::Value) -> Option<Conversation> {
    let Stack::V1 { screens } = Stack::deserialize(stored).ok()?;
    Conversation::from_screens(screens.into_iter().map(from_v1).collect::<Option<_>>()?)
}

fn to_v1(screen: &Screen) -> ScreenV1 {
    let wish = |wish: &Wish| WishV1 {
        location: wish.location.0,
        services: wish.services.iter().map(|service| service.0).collect(),
        moving: wish.moving.map(|booking| booking.0),
        quoted: wish.quoted,
    };
    let master = |choice: MasterChoice| choice.one().map(|master| master.0);
    match screen {
        Screen::Welcome => ScreenV1::Welcome,
        Screen::Phone => ScreenV1::Phone,
        Screen::Home => ScreenV1::Home,
        Screen::Locations => ScreenV1::Locations,
        Screen::Services { location, picked, page } => ScreenV1::Services {
            location: location.0,
            picked: picked.iter().map(|service| service.0).collect(),
            page: *page,
        },
        Screen::Masters { wish: w } => ScreenV1::Masters { wish: wish(w) },
        Screen::Calendar { wish: w, master: m, month } => {
            ScreenV1::Calendar { wish: wish(w), master: master(*m), month: month.map(Month::first) }
        }
        Screen::Times { wish: w, master: m, day } => {
            ScreenV1::Times { wish: wish(w), master: master(*m), day: *day }
        }
        Screen::Summary { wish: w, master: m, booking } => {
            ScreenV1::Summary { wish: wish(w), master: master(*m), booking: booking.0 }
        }
        Screen::Taken { wish: w, master: m, start } => {
            ScreenV1::Taken { wish: wish(w), master: master(*m), start: *start }
        }
        Screen::Repeat { wish: w, booking } => ScreenV1::Repeat { wish: wish(w), booking: booking.0 },
        Screen::Series { wish: w, booking, rule, deviations, picking } => ScreenV1::Series {
            wish: wish(w),
            booking: booking.0,
            rule: rule.rule(),
            deviations: deviations
                .iter()
                .map(|(index, deviation)| deviation_v1(*index, *deviation))
                .collect(),
            picking: *picking,
        },
        Screen::Visits { past, page } => ScreenV1::Visits { past: *past, page: *page },
        Screen::Visit { booking } => ScreenV1::Visit { booking: booking.0 },
        Screen::CancelVisit { booking } => ScreenV1::CancelVisit { booking: booking.0 },
        Screen::Language => ScreenV1::Language,
        Screen::Help => ScreenV1::Help,
        Screen::Privacy => ScreenV1::Privacy,
        Screen::Forget => ScreenV1::Forget,
        Screen::Day { date } => ScreenV1::Day { date: *date },
        Screen::StaffVisit { booking } => ScreenV1::StaffVisit { booking: booking.0 },
        Screen::Why { at, master: key } => ScreenV1::Why { wall: *at, master: key.clone() },
        Screen::Late { booking } => ScreenV1::Late { booking: booking.0 },
        Screen::Comment { booking } => ScreenV1::Comment { booking: booking.0 },
        Screen::Wait(wanted) => ScreenV1::Wait {
            wish: wish(&wanted.wish),
            master: master(wanted.master),
            first: wanted.first,
            last: wanted.last,
            weekdays: wanted.weekdays.bits(),
            part: wanted.part.label().to_owned(),
        },
        Screen::Waits => ScreenV1::Waits,
        Screen::Settings => ScreenV1::Settings,
        Screen::Zones => ScreenV1::Zones,
        Screen::StaffCancel { booking } => ScreenV1::StaffCancel { booking: booking.0 },
        Screen::Unanswered => ScreenV1::Unanswered,
        Screen::RunLate { minutes } => ScreenV1::RunLate { minutes: *minutes },
        Screen::Outbox => ScreenV1::Outbox,
        Screen::Jobs => ScreenV1::Jobs,
        Screen::Terms => ScreenV1::Terms,
        Screen::PaySupport => ScreenV1::PaySupport,
        Screen::Ledger => ScreenV1::Ledger,
        Screen::Vouchers => ScreenV1::Vouchers,
        Screen::VoucherType { kind } => ScreenV1::VoucherType { kind: kind.0 },
        Screen::Code { booking } => ScreenV1::Code { booking: booking.0 },
        Screen::Backups => ScreenV1::Backups,
        Screen::Export(export) => ScreenV1::Export(ExportV1::of(*export)),
    }
}

fn deviation_v1(index: u32, deviation: Deviation) -> DeviationV1 {
    let start = match deviation {
        Deviation::Skip => None,
        Deviation::To(start) => Some(start),
    };
    DeviationV1 { index, start }
}

/// `None` for a rule that cannot be booked.
fn from_v1(screen: ScreenV1) -> Option<Screen> {
    let services = |ids: Vec<i32>| ids.into_iter().map(ServiceId).collect();
    let wish = |wish: WishV1| Wish {
        location: LocationId(wish.location),
        services: services(wish.services),
        moving: wish.moving.map(BookingId),
        quoted: wish.quoted,
    };
    let master = |id: Option<i32>| id.map_or(MasterChoice::Anyone, |id| MasterChoice::One(MasterId(id)));
    let deviation = |row: DeviationV1| (row.index, row.start.map_or(Deviation::Skip, Deviation::To));
    Some(match screen {
        ScreenV1::Welcome => Screen::Welcome,
        ScreenV1::Phone => Screen::Phone,
        ScreenV1::Home => Screen::Home,
        ScreenV1::Locations => Screen::Locations,
        ScreenV1::Services { location, picked, page } => {
            Screen::Services { location: LocationId(location), picked: services(picked), page }
        }
        ScreenV1::Masters { wish: w } => Screen::Masters { wish: wish(w) },
        ScreenV1::Calendar { wish: w, master: m, month } => {
            Screen::Calendar { wish: wish(w), master: master(m), month: month.map(Month::of) }
        }
        ScreenV1::Times { wish: w, master: m, day } => {
            Screen::Times { wish: wish(w), master: master(m), day }
        }
        ScreenV1::Summary { wish: w, master: m, booking } => {
            Screen::Summary { wish: wish(w), master: master(m), booking: BookingId(booking) }
        }
        ScreenV1::Taken { wish: w, master: m, start } => {
            Screen::Taken { wish: wish(w), master: master(m), start }
        }
        ScreenV1::Repeat { wish: w, booking } => {
            Screen::Repeat { wish: wish(w), booking: BookingId(booking) }
        }
        ScreenV1::Series { wish: w, booking, rule, deviations, picking } => Screen::Series {
            wish: wish(w),
            booking: BookingId(booking),
            rule: Recurrence::parse(&rule).ok()?,
            deviations: deviations.into_iter().map(deviation).collect(),
            picking,
        },
        ScreenV1::Visits { past, page } => Screen::Visits { past, page },
        ScreenV1::Visit { booking } => Screen::Visit { booking: BookingId(booking) },
        ScreenV1::CancelVisit { booking } => Screen::CancelVisit { booking: BookingId(booking) },
        ScreenV1::Language => Screen::Language,
        ScreenV1::Help => Screen::Help,
        ScreenV1::Privacy => Screen::Privacy,
        ScreenV1::Forget => Screen::Forget,
        ScreenV1::Day { date } => Screen::Day { date },
        ScreenV1::StaffVisit { booking } => Screen::StaffVisit { booking: BookingId(booking) },
        ScreenV1::Why { wall, master } => Screen::Why { at: wall, master },
        ScreenV1::Late { booking } => Screen::Late { booking: BookingId(booking) },
        ScreenV1::Comment { booking } => Screen::Comment { booking: BookingId(booking) },
        ScreenV1::Wait { wish: w, master: m, first, last, weekdays, part } => Screen::Wait(WaitWish {
            wish: wish(w),
            master: master(m),
            first,
            last,
            weekdays: Weekdays::from_bits(weekdays)?,
            part: Part::from_label(&part)?,
        }),
        ScreenV1::Waits => Screen::Waits,
        ScreenV1::Settings => Screen::Settings,
        ScreenV1::Zones => Screen::Zones,
        ScreenV1::StaffCancel { booking } => Screen::StaffCancel { booking: BookingId(booking) },
        ScreenV1::Unanswered => Screen::Unanswered,
        ScreenV1::RunLate { minutes } => Screen::RunLate { minutes },
        ScreenV1::Outbox => Screen::Outbox,
        ScreenV1::Jobs => Screen::Jobs,
        ScreenV1::Terms => Screen::Terms,
        ScreenV1::PaySupport => Screen::PaySupport,
        ScreenV1::Ledger => Screen::Ledger,
        ScreenV1::Vouchers => Screen::Vouchers,
        ScreenV1::VoucherType { kind } => Screen::VoucherType { kind: VoucherTypeId(kind) },
        ScreenV1::Code { booking } => Screen::Code { booking: BookingId(booking) },
        ScreenV1::Backups => Screen::Backups,
        ScreenV1::Export(export) => Screen::Export(export.read()?),
    })
}
