//! Who wants a backup, who makes it, and who is told.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::Report;
use crate::{
    db::{
        DbError,
        backup_log::{self, Made},
        catalog,
        outbox::{self, NewMessage, Record},
        people,
    },
    domain::{
        backup::{OLDEST, last_due},
        conversation::Outcome,
        ids::{BackupId, MessageId, TelegramId},
        language::Language,
        message::Message,
    },
    services::{ServiceError, Services, browse::Viewer},
};

pub use crate::db::backup_log::{Entry, Task};

/// How long a backup belongs to the process that makes it, unless that renews it.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// One that was left behind so often is not begun again.
const MOST_ATTEMPTS: i32 = 3;
/// The hour of the day, on the wall, from which a missing backup is told.
const MORNING: u32 = 9;
/// Backups that somebody sees.
const SHOWN: i64 = 30;

/// Wants a backup for a member of the staff, in the caller's transaction. Therapists and admins may.
pub async fn ask(conn: &mut PgConnection, services: &Services, viewer: Viewer) -> Result<Outcome, DbError> {
    if !may_have(conn, services, viewer.person).await? {
        return Ok(Outcome::NotFound);
    }
    if services.backup_at.is_none() {
        return Ok(Outcome::NoBackups);
    }
    let asked = backup_log::ask(conn, Some(viewer.person), services.clock.now()).await?;
    Ok(if asked { Outcome::BackupAsked } else { Outcome::BackupRunning })
}

/// Whether somebody may have all that is stored.
pub async fn may_have(
    conn: &mut PgConnection,
    services: &Services,
    person: TelegramId,
) -> Result<bool, DbError> {
    Ok(services.is_admin(person) || catalog::has_therapist(conn, person).await?)
}

/// What somebody sees of backups: admins all, others those that they wanted.
pub async fn history(conn: &mut PgConnection, viewer: Viewer) -> Result<Vec<Entry>, DbError> {
    let of = Some(viewer.person).filter(|_| !viewer.is_admin);
    backup_log::latest(conn, of, SHOWN).await
}

/// Leads somebody to the message with a backup, in the caller's transaction.
pub async fn point(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    backup: BackupId,
    correlation: uuid::Uuid,
) -> Result<Outcome, DbError> {
    if backup_log::first_message(conn, backup, viewer.person).await?.is_none() {
        return Ok(Outcome::NotFound);
    }
    let now = services.clock.now();
    let key = format!("backup:{backup}:at:{correlation}");
    let message = NewMessage::at_once(key, viewer.person, Message::BackupAt(backup), now);
    outbox::record(conn, &Record { messages: vec![message], ..Record::default() }, now).await?;
    Ok(Outcome::Done)
}

/// A backup and the message with its first part, where somebody has one.
pub async fn found(
    conn: &mut PgConnection,
    backup: BackupId,
    person: TelegramId,
) -> Result<Option<(Entry, Option<MessageId>)>, DbError> {
    let Some(entry) = backup_log::entry(conn, backup).await? else { return Ok(None) };
    Ok(Some((entry, backup_log::first_message(conn, backup, person).await?)))
}

/// The backup that this process is to make now: one that somebody wants, the nightly one, or one that was left behind.
pub async fn next(services: &Services) -> Result<Option<Task>, ServiceError> {
    let Some(at) = services.backup_at else { return Ok(None) };
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let due = last_due(services.zone, at, now);
    backup_log::ask_nightly(&mut conn, due, &services.admins, now).await?;
    let Some(task) = backup_log::claim(&mut conn, now + LEASE, now).await? else { return Ok(None) };
    // The wish may be old, or come out of a restored backup.
    if let Some(person) = task.asked_by
        && !may_have(&mut conn, services, person).await?
    {
        tracing::warn!(backup_id = task.id.0, "whoever wanted a backup may not have one any more");
        backup_log::failed(&mut conn, &task, "whoever wanted it may not have it any more", now).await?;
        return Ok(None);
    }
    if task.attempts > MOST_ATTEMPTS {
        drop(conn);
        failed(services, &task, "the program was ended each time before it was done").await?;
        return Ok(None);
    }
    Ok(Some(task))
}

/// Keeps a backup for this process; `false` when another has taken it.
pub async fn renew(services: &Services, task: &Task) -> Result<bool, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(backup_log::renew(&mut conn, task, services.clock.now() + LEASE).await?)
}

/// Leaves a backup to be made later.
pub async fn put_back(services: &Services, task: &Task) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(backup_log::put_back(&mut conn, task, services.clock.now()).await?)
}

/// Who gets a backup.
pub fn recipients(services: &Services, task: &Task) -> Vec<TelegramId> {
    task.asked_by.map_or_else(|| services.admins.clone(), |person| vec![person])
}

/// A part, counted from 1, in somebody's chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    pub recipient: TelegramId,
    pub part: usize,
    pub message: MessageId,
}

impl Arrived {
    fn as_written(self) -> (TelegramId, i32, MessageId) {
        (self.recipient, i32::try_from(self.part).unwrap_or(i32::MAX), self.message)
    }
}

/// Writes down that a part has arrived.
pub async fn sent(services: &Services, task: &Task, arrived: Arrived) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(backup_log::sent(&mut conn, task.id, arrived.as_written(), services.clock.now()).await?)
}

/// Writes down that all of a backup has arrived, and where.
pub async fn done(
    services: &Services,
    task: &Task,
    report: &Report,
    arrived: &[Arrived],
) -> Result<(), ServiceError> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let made = Made {
        name: report.name.clone(),
        bytes: number(report.bytes),
        database_bytes: number(report.manifest.database_bytes),
        sha256: report.sha256.clone(),
        parts: i32::try_from(report.pieces.len()).unwrap_or(i32::MAX),
        is_proven: report.proof == super::Proof::Proven,
        taken_at: report.manifest.taken_at,
    };
    let now = services.clock.now();
    let mut transaction = services.pool.begin().await?;
    if backup_log::done(&mut transaction, task, &made, now).await? {
        // What an earlier attempt has sent is of another archive.
        backup_log::forget_sent(&mut transaction, task.id).await?;
        for arrived in arrived {
            backup_log::sent(&mut transaction, task.id, arrived.as_written(), now).await?;
        }
    }
    services.commit(transaction).await
}

/// Writes down that there is no such backup, and tells whoever would have got it.
pub async fn failed(services: &Services, task: &Task, error: &str) -> Result<(), ServiceError> {
    let now = services.clock.now();
    let mut transaction = services.pool.begin().await?;
    if backup_log::failed(&mut transaction, task, error, now).await? {
        let id = task.id;
        let tell = |person: &TelegramId| {
            NewMessage::at_once(
                format!("backup:{id}:failed:{person}"),
                *person,
                Message::BackupFailed(id),
                now,
            )
        };
        let messages = recipients(services, task).iter().map(tell).collect();
        outbox::record(&mut transaction, &Record { messages, ..Record::default() }, now).await?;
    }
    services.commit(transaction).await
}

/// Tells the admins, every morning, that the last good backup is too old; how many messages that were.
pub async fn watch(services: &Services) -> Result<u64, ServiceError> {
    if services.backup_at.is_none() {
        return Ok(0);
    }
    let now = services.clock.now();
    let local = now.with_timezone(&services.zone);
    if chrono::Timelike::hour(&local) < MORNING {
        return Ok(0);
    }
    let mut conn = services.pool.acquire().await?;
    // Where there was none yet, the first has as long as any other.
    let (last, first) = backup_log::last_good(&mut conn, &services.admins).await?;
    if last.or(first).is_none_or(|since| now - since <= OLDEST) {
        return Ok(0);
    }
    let today = local.date_naive();
    let tell = |admin: &TelegramId| {
        NewMessage::at_once(format!("backup:late:{today}:{admin}"), *admin, Message::BackupLate, now)
    };
    let messages = services.admins.iter().map(tell).collect();
    let told = outbox::record(&mut conn, &Record { messages, ..Record::default() }, now).await?;
    if told > 0 {
        tracing::error!("the last good backup is too old");
        services.bell.ring();
    }
    Ok(told)
}

/// In which language somebody is told of a backup.
pub async fn language(services: &Services, person: TelegramId) -> Language {
    let known = match services.pool.acquire().await {
        Ok(mut conn) => people::language(&mut conn, person).await.ok().flatten(),
        Err(_) => None,
    };
    known.unwrap_or(Language::DEFAULT)
}

/// Of when the last good backup is.
pub async fn last_good(
    conn: &mut PgConnection,
    services: &Services,
) -> Result<Option<DateTime<Utc>>, DbError> {
    Ok(backup_log::last_good(conn, &services.admins).await?.0)
}
