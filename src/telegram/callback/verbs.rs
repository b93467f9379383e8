//! Every action as a verb with its arguments. A verb that was released keeps its meaning.

use super::{Arguments, day_number, number};
use crate::domain::{
    attendance::Attendance,
    conversation::{Action, MasterChoice, Setting},
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

#[expect(clippy::too_many_lines, reason = "a line for each action")]
pub(super) fn words(action: Action) -> Vec<String> {
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
        Action::Coming(booking) => with("cm", &[booking.0]),
        Action::AskLate(booking) => with("ql", &[booking.0]),
        Action::Late(booking, minutes) => with("lt", &[booking.0, minutes.into()]),
        Action::Rate(booking, stars) => with("rt", &[booking.0, stars.into()]),
        Action::NoComment => word("nc"),
        Action::AcceptOffer(offer) => with("ao", &[offer.0]),
        Action::DeclineOffer(offer) => with("do", &[offer.0]),
        Action::WaitDay(day) => with("wd", &[day_number(day)]),
        Action::WaitMonth(month) => with("wm", &[day_number(month.first())]),
        Action::Earlier(booking) => with("er", &[booking.0]),
        Action::WaitWeekday(day) => with("ww", &[day.into()]),
        Action::WaitPart(part) => vec!["wp".to_owned(), part.label().to_owned()],
        Action::JoinWaitlist => word("jw"),
        Action::Waits => word("wl"),
        Action::LeaveWaitlist(wait) => with("lw", &[wait.0]),
        Action::Instead(booking, master, start) => {
            with("in", &[booking.0, master.0.into(), start.timestamp()])
        }
        Action::Again(booking) => with("ag", &[booking.0]),
        Action::Settings => word("se"),
        Action::Zones => word("zo"),
        Action::Set(Setting::Topic(topic, wanted)) => {
            vec!["tp".to_owned(), topic.label().to_owned(), number(wanted.into())]
        }
        Action::Set(Setting::Quiet(None)) => word("qu"),
        Action::Set(Setting::Quiet(Some(choice))) => with("qu", &[choice.into()]),
        Action::Set(Setting::Zone(None)) => word("zn"),
        Action::Set(Setting::Zone(Some(place))) => with("zn", &[place.into()]),
        Action::AskStaffCancel(booking) => with("as", &[booking.0]),
        Action::StaffCancel(booking) => with("sc", &[booking.0]),
        Action::Attended(booking, attendance) => {
            vec!["at".to_owned(), number(booking.0), attendance.label().to_owned()]
        }
        Action::Unanswered => word("un"),
        Action::RunLate => word("rl"),
        Action::RunLateBy(minutes) => with("rb", &[minutes.into()]),
        Action::TellLate(minutes) => with("tl", &[minutes.into()]),
        Action::Approve(booking) => with("ap", &[booking.0]),
        Action::Refuse(booking) => with("rf", &[booking.0]),
        Action::Outbox => word("ox"),
        Action::RetryParked => word("rx"),
        Action::DropParked => word("dx"),
        Action::Jobs => word("jb"),
        Action::Ledger => word("lg"),
        Action::LedgerFile(month) => with("lf", &[day_number(month.first())]),
        Action::RefundTasks => word("rk"),
        Action::RefundDone(refund) => with("rd", &[refund.0]),
        Action::RatherVoucher(refund) => with("rv", &[refund.0]),
        Action::Tip(booking, percent) => with("ti", &[booking.0, percent.into()]),
        Action::AtDesk(booking, None) => with("dk", &[booking.0]),
        Action::AtDesk(booking, Some(way)) => {
            vec!["dk".to_owned(), number(booking.0), way.label().to_owned()]
        }
        Action::Vouchers => word("vo"),
        Action::VoucherType(kind) => with("vt", &[kind.0.into()]),
        Action::BuyVoucher(kind, is_gift) => with("vb", &[kind.0.into(), is_gift.into()]),
        Action::Redeem(voucher) => with("vr", &[voucher.0]),
        Action::SendGift(voucher) => with("vg", &[voucher.0]),
        Action::AskCode => word("qc"),
        Action::MyData => word("md"),
        Action::AskForget => word("qf"),
        Action::Forget => word("fg"),
        Action::KeepData => word("kd"),
        Action::Backup => word("bu"),
        Action::Backups => word("bl"),
        Action::FindBackup(backup) => with("bf", &[backup.0]),
        Action::Export(Choice::Subject(subject)) => vec!["xs".to_owned(), subject.label().to_owned()],
        Action::Export(Choice::Period(period)) => vec!["xp".to_owned(), period.label().to_owned()],
        Action::Export(Choice::Master(None)) => word("xm"),
        Action::Export(Choice::Master(Some(master))) => with("xm", &[master.0.into()]),
        Action::Export(Choice::Ending(ending)) => vec!["xe".to_owned(), ending.label().to_owned()],
        Action::Export(Choice::Comments(comments)) => with("xc", &[comments.into()]),
        Action::SendExport => word("xx"),
    }
}

pub(super) fn read(verb: &str, arguments: &mut Arguments<'_>) -> Option<Action> {
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
        _ => later(verb, arguments)?,
    };
    arguments.0.next().is_none().then_some(action)
}

/// What came after the booking itself.
fn later(verb: &str, arguments: &mut Arguments<'_>) -> Option<Action> {
    Some(match verb {
        "cm" => Action::Coming(arguments.booking()?),
        "ql" => Action::AskLate(arguments.booking()?),
        "lt" => Action::Late(arguments.booking()?, arguments.page()?),
        "rt" => Action::Rate(arguments.booking()?, arguments.page()?),
        "nc" => Action::NoComment,
        "ao" => Action::AcceptOffer(OfferId(arguments.number()?)),
        "do" => Action::DeclineOffer(OfferId(arguments.number()?)),
        "wd" => Action::WaitDay(arguments.day()?),
        "wm" => Action::WaitMonth(Month::of(arguments.day()?)),
        "er" => Action::Earlier(arguments.booking()?),
        "ww" => Action::WaitWeekday(arguments.page()?),
        "wp" => Action::WaitPart(Part::from_label(arguments.0.next()?)?),
        "jw" => Action::JoinWaitlist,
        "wl" => Action::Waits,
        "lw" => Action::LeaveWaitlist(WaitId(arguments.number()?)),
        "in" => {
            let (booking, master) = (arguments.booking()?, MasterId(arguments.small()?));
            Action::Instead(booking, master, arguments.instant()?)
        }
        "ag" => Action::Again(arguments.booking()?),
        "se" => Action::Settings,
        "zo" => Action::Zones,
        "tp" => {
            let topic = Topic::from_label(arguments.0.next()?)?;
            Action::Set(Setting::Topic(topic, arguments.number()? == 1))
        }
        "qu" => Action::Set(Setting::Quiet(arguments.choice()?)),
        "zn" => Action::Set(Setting::Zone(arguments.choice()?)),
        "as" => Action::AskStaffCancel(arguments.booking()?),
        "sc" => Action::StaffCancel(arguments.booking()?),
        "at" => {
            let booking = arguments.booking()?;
            Action::Attended(booking, Attendance::from_label(arguments.0.next()?)?)
        }
        "un" => Action::Unanswered,
        "rl" => Action::RunLate,
        "rb" => Action::RunLateBy(arguments.page()?),
        "tl" => Action::TellLate(arguments.page()?),
        "ap" => Action::Approve(arguments.booking()?),
        "rf" => Action::Refuse(arguments.booking()?),
        "ox" => Action::Outbox,
        "rx" => Action::RetryParked,
        "dx" => Action::DropParked,
        "jb" => Action::Jobs,
        "lg" => Action::Ledger,
        "lf" => Action::LedgerFile(Month::of(arguments.day()?)),
        "ti" => Action::Tip(arguments.booking()?, arguments.page()?),
        "dk" => {
            let booking = arguments.booking()?;
            let way = arguments.0.next().map(Account::from_label);
            Action::AtDesk(
                booking,
                match way {
                    Some(way) => Some(way?),
                    None => None,
                },
            )
        }
        "rk" => Action::RefundTasks,
        "rd" => Action::RefundDone(RefundId(arguments.number()?)),
        "vo" => Action::Vouchers,
        "vt" => Action::VoucherType(VoucherTypeId(arguments.small()?)),
        "vb" => Action::BuyVoucher(VoucherTypeId(arguments.small()?), arguments.number()? == 1),
        "vr" => Action::Redeem(VoucherId(arguments.number()?)),
        "vg" => Action::SendGift(VoucherId(arguments.number()?)),
        "qc" => Action::AskCode,
        "md" => Action::MyData,
        "qf" => Action::AskForget,
        "fg" => Action::Forget,
        "kd" => Action::KeepData,
        "bu" => Action::Backup,
        "bl" => Action::Backups,
        "bf" => Action::FindBackup(BackupId(arguments.number()?)),
        "rv" => Action::RatherVoucher(RefundId(arguments.number()?)),
        "xs" => Action::Export(Choice::Subject(Subject::from_label(arguments.0.next()?)?)),
        "xp" => Action::Export(Choice::Period(Period::from_label(arguments.0.next()?)?)),
        "xm" => {
            let master = arguments.rest()?.map(i32::try_from).transpose().ok()?;
            Action::Export(Choice::Master(master.map(MasterId)))
        }
        "xe" => Action::Export(Choice::Ending(Ending::from_label(arguments.0.next()?)?)),
        "xc" => Action::Export(Choice::Comments(arguments.number()? == 1)),
        "xx" => Action::SendExport,
        _ => return None,
    })
}
