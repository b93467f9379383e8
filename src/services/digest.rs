//! The morning's visits for each master, and the week for the admins.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{ServiceError, Services};
use crate::{
    db::{
        DbError,
        bookings::{self, Card},
        digest::{self, MasterWork},
        outbox::{self, NewMessage, Record},
    },
    domain::{
        ids::TelegramId,
        language::LocalText,
        message::Message,
        ranges::{Range, Ranges},
        time,
        workload::{gaps, minutes, work_on},
    },
};

pub use crate::db::digest::Figures;

/// The wall time from which a master gets the day's visits, and the admin the week's figures; and for how long it is
/// worth sending after that.
const MASTERS_HOUR: u32 = 7;
const ADMINS_HOUR: u32 = 8;
const WORTH: TimeDelta = TimeDelta::hours(6);
/// Gaps shorter than this many minutes are no news.
const LEAST_GAP: u32 = 30;

/// A master's day.
#[derive(Debug, Clone)]
pub struct DayDigest {
    pub zone: Tz,
    pub date: NaiveDate,
    pub cards: Vec<Card>,
    pub gaps: Vec<Range>,
    /// Visits before today of which nobody has said whether the client came.
    pub unanswered: usize,
}

/// The admin's week.
#[derive(Debug, Clone)]
pub struct WeekDigest {
    pub monday: NaiveDate,
    pub figures: Figures,
    /// Of the week before.
    pub before: Figures,
    pub masters: Vec<Load>,
}

/// A master's week in minutes.
#[derive(Debug, Clone)]
pub struct Load {
    pub names: LocalText,
    pub booked: u32,
    pub working: u32,
}

/// Queues the digests whose hour has come, each once; how many.
pub async fn queue_due(services: &Services) -> Result<u64, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let around = Range::around(now, TimeDelta::days(2), TimeDelta::days(2));
    let masters = digest::work(&mut conn, None, around).await?;
    let to_masters = masters.iter().filter_map(|work| {
        let account = work.account?;
        let (date, at) = this_morning(work.zone, MASTERS_HOUR, now)?;
        let has_work = !work_on(date, &work.hours, &work.time_off).is_empty();
        let has_visits = time::day(work.zone, date).is_some_and(|day| work.busy.meet(day));
        (has_work || has_visits).then(|| due("day", account, Message::DayDigest(date), date, at))
    });
    let week = this_morning(services.zone, ADMINS_HOUR, now)
        .filter(|(date, _)| date.weekday() == chrono::Weekday::Mon)
        .and_then(|(date, at)| Some((date.checked_sub_days(Days::new(7))?, at)));
    let to_admins = week.into_iter().flat_map(|(monday, at)| {
        services.admins.iter().map(move |admin| due("week", *admin, Message::WeekDigest(monday), monday, at))
    });
    let messages: Vec<NewMessage> = to_masters.chain(to_admins).collect();
    let queued = outbox::record(&mut conn, &Record { messages, ..Record::default() }, now).await?;
    if queued > 0 {
        services.bell.ring();
    }
    Ok(queued)
}

/// Today's date in a zone with the instant of that hour, when it has just come.
fn this_morning(zone: Tz, hour: u32, now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let date = time::local_date(zone, now);
    let at = time::opens_at(zone, date.and_time(NaiveTime::MIN.with_hour(hour)?));
    (at <= now && now < at + WORTH).then_some((date, at))
}

fn due(what: &str, person: TelegramId, message: Message, date: NaiveDate, at: DateTime<Utc>) -> NewMessage {
    NewMessage {
        useful_until: Some(at + WORTH),
        ..NewMessage::at_once(format!("{what}:{person}:{date}"), person, message, at)
    }
}

/// A master's day as it is now; `None` for somebody who is no master any more.
pub async fn of_day(
    conn: &mut PgConnection,
    account: TelegramId,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<DayDigest>, DbError> {
    let around = Range::around(time::wall(date, 0).and_utc(), TimeDelta::days(2), TimeDelta::days(3));
    let Some(work) = digest::work(conn, Some(account), around).await?.into_iter().next() else {
        return Ok(None);
    };
    let MasterWork { id, zone, hours, time_off, busy, .. } = work;
    let Some(day) = time::day(zone, date) else { return Ok(None) };
    let cards = bookings::by_day(conn, Some(id), day).await?;
    let unanswered = digest::unanswered(conn, id, now).await?;
    Ok(Some(DayDigest {
        zone,
        date,
        gaps: gaps(&work_on(date, &hours, &time_off), &busy, LEAST_GAP),
        cards,
        unanswered: usize::try_from(unanswered).unwrap_or_default(),
    }))
}

/// A week from its Monday on, in the business's zone, beside the one before; `None` when nothing has happened in either.
pub async fn of_week(
    conn: &mut PgConnection,
    zone: Tz,
    monday: NaiveDate,
) -> Result<Option<WeekDigest>, DbError> {
    let week = |monday: NaiveDate| {
        let from = time::opens_at(zone, time::wall(monday, 0));
        let next = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
        Range::around(from, TimeDelta::zero(), time::opens_at(zone, time::wall(next, 0)) - from)
    };
    let span = week(monday);
    let figures = digest::figures(conn, span).await?;
    let before = digest::figures(conn, week(monday - Days::new(7))).await?;
    if (figures, before) == Default::default() {
        return Ok(None);
    }
    let around = Range::around(span.start(), TimeDelta::days(1), TimeDelta::days(9));
    let load = |work: MasterWork| {
        let days: Vec<NaiveDate> = monday.iter_days().take(7).collect();
        let works: Vec<_> = days.iter().map(|day| work_on(*day, &work.hours, &work.time_off)).collect();
        let all: Ranges = works.iter().flat_map(Ranges::iter).collect();
        let free = all.subtract(&work.busy);
        let working = minutes(&all);
        Load { names: work.names, booked: working.saturating_sub(minutes(&free)), working }
    };
    let masters = digest::work(conn, None, around).await?.into_iter().map(load);
    let masters = masters.filter(|load| load.working > 0 || load.booked > 0).collect();
    Ok(Some(WeekDigest { monday, figures, before, masters }))
}
