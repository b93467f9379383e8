use proptest::prelude::*;

use super::*;
use crate::domain::{
    attendance::Attendance,
    conversation::{MasterChoice, Setting},
    export::{Choice, Ending, Period, Subject},
    ids::{
        BackupId, LocationId, MasterId, OfferId, RefundId, ServiceId, TimeOffId, VoucherId, VoucherTypeId,
        WaitId,
    },
    language::Language,
    ledger::Account,
    message::Topic,
    month::Month,
    slots::Regard,
    waitlist::Part,
};

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
        any_later_action(),
    ]
}

fn any_later_action() -> impl Strategy<Value = Action> {
    let booking = || any::<i64>().prop_map(BookingId);
    let choice = || any::<Option<u8>>();
    prop_oneof![
        prop::sample::select(vec![
            Action::NoComment,
            Action::JoinWaitlist,
            Action::Waits,
            Action::Settings,
            Action::Zones,
            Action::Unanswered,
            Action::RunLate,
            Action::Outbox,
            Action::RetryParked,
            Action::DropParked,
            Action::Jobs,
            Action::Ledger,
            Action::Vouchers,
            Action::AskCode,
            Action::Backup,
            Action::MyData,
            Action::Backups,
            Action::RefundTasks,
            Action::SendExport,
            Action::Export(Choice::Master(None)),
        ]),
        any_day().prop_map(|day| Action::LedgerFile(Month::of(day))),
        (booking(), any::<u8>()).prop_map(|(booking, percent)| Action::Tip(booking, percent)),
        (booking(), prop::option::of(Just(Account::Cash)))
            .prop_map(|(booking, way)| Action::AtDesk(booking, way)),
        any::<i64>().prop_map(|id| Action::RefundDone(RefundId(id))),
        any::<i64>().prop_map(|id| Action::RatherVoucher(RefundId(id))),
        any::<i32>().prop_map(|id| Action::VoucherType(VoucherTypeId(id))),
        (any::<i32>(), any::<bool>())
            .prop_map(|(id, is_gift)| Action::BuyVoucher(VoucherTypeId(id), is_gift)),
        any::<i64>().prop_map(|id| Action::Redeem(VoucherId(id))),
        any::<i64>().prop_map(|id| Action::SendGift(VoucherId(id))),
        any::<i64>().prop_map(|id| Action::FindBackup(BackupId(id))),
        booking().prop_map(Action::Coming),
        booking().prop_map(Action::AskLate),
        (booking(), any::<u8>()).prop_map(|(booking, minutes)| Action::Late(booking, minutes)),
        (booking(), any::<u8>()).prop_map(|(booking, stars)| Action::Rate(booking, stars)),
        any::<i64>().prop_map(|id| Action::AcceptOffer(OfferId(id))),
        any::<i64>().prop_map(|id| Action::DeclineOffer(OfferId(id))),
        any_day().prop_map(Action::WaitDay),
        any_day().prop_map(|day| Action::WaitMonth(Month::of(day))),
        booking().prop_map(Action::Earlier),
        any::<u8>().prop_map(Action::WaitWeekday),
        prop::sample::select(Part::ALL.to_vec()).prop_map(Action::WaitPart),
        any::<i64>().prop_map(|id| Action::LeaveWaitlist(WaitId(id))),
        (booking(), any::<i32>(), any_start()).prop_map(|(booking, master, start)| Action::Instead(
            booking,
            MasterId(master),
            start
        )),
        booking().prop_map(Action::Again),
        (prop::sample::select(Topic::ALL.to_vec()), any::<bool>())
            .prop_map(|(topic, wanted)| Action::Set(Setting::Topic(topic, wanted))),
        choice().prop_map(|choice| Action::Set(Setting::Quiet(choice))),
        choice().prop_map(|place| Action::Set(Setting::Zone(place))),
        booking().prop_map(Action::AskStaffCancel),
        booking().prop_map(Action::StaffCancel),
        (booking(), prop::sample::select(Attendance::ALL.to_vec()))
            .prop_map(|(booking, attendance)| Action::Attended(booking, attendance)),
        any::<u8>().prop_map(Action::RunLateBy),
        any::<u8>().prop_map(Action::TellLate),
        booking().prop_map(Action::Approve),
        booking().prop_map(Action::Refuse),
        any_export().prop_map(Action::Export),
    ]
}

fn any_export() -> impl Strategy<Value = Choice> {
    prop_oneof![
        prop::sample::select(Subject::ALL.to_vec()).prop_map(Choice::Subject),
        prop::sample::select(Period::ALL.to_vec()).prop_map(Choice::Period),
        any::<i32>().prop_map(|id| Choice::Master(Some(MasterId(id)))),
        prop::sample::select(Ending::ALL.to_vec()).prop_map(Choice::Ending),
        any::<bool>().prop_map(Choice::Comments),
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
