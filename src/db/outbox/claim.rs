//! Claiming what is due, within Telegram's limits, and writing down how it ended.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Limits, stored};
use crate::{
    db::{DbError, rows::Place},
    domain::{
        ids::{MessageId, OutboxId, TelegramId},
        language::Language,
        message::{InDoubt, Message, Topic},
        quiet::Quiet,
    },
};

/// A message that this process may send until its lease ends, with all that is known of its recipient.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: OutboxId,
    pub recipient: TelegramId,
    /// `None` for a kind of another version.
    pub message: Option<Message>,
    pub in_doubt: InDoubt,
    pub lease: Uuid,
    /// How many times it was claimed, this time included.
    pub attempts: u32,
    /// A process took it and did not say what became of it.
    pub is_orphan: bool,
    pub created_at: DateTime<Utc>,
    pub language: Language,
    pub quiet_from: Option<u32>,
    pub quiet_to: Option<u32>,
    pub zone: Option<String>,
    pub muted: Vec<Topic>,
    /// The card of its booking in the recipient's chat.
    pub card: Option<MessageId>,
}

impl Claimed {
    /// The recipient's quiet hours, in their zone or else in this one.
    pub fn quiet(&self, business: chrono_tz::Tz) -> Option<Quiet> {
        let zone = self.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(business);
        Quiet::new(self.quiet_from?, self.quiet_to?, zone)
    }
}

/// How the sending of a claimed message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Sent(Option<MessageId>),
    /// Of no use any more, with the reason.
    Skipped(&'static str),
    /// Nobody knows whether it arrived, and it must not come twice.
    Dropped(String),
    Unreachable,
    /// Not now, through no fault of its own.
    Postponed(DateTime<Utc>),
    Later {
        retry_at: DateTime<Utc>,
        /// Telegram as a whole is out of reach.
        outage: bool,
        /// Telegram asks to leave the chat alone until then.
        closed: bool,
        error: String,
    },
    /// Tried enough.
    Parked(String),
}

#[derive(Debug, Clone)]
pub struct Finished {
    pub id: OutboxId,
    pub lease: Uuid,
    pub recipient: TelegramId,
    pub end: End,
    /// Whether the message is its visit's card from now on.
    pub is_card: bool,
}

/// The longest time for which a message may be put off after a failure, and longer than any lease.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// What a turn may do.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// The most messages to claim.
    pub limit: i64,
    pub lease: Duration,
    /// `None` where there is no limit to keep.
    pub limits: Option<Limits>,
    /// An outage is over: whatever failed in it is due at once.
    pub recovered: bool,
}

/// Lets one process at a time claim, for as long as the caller's transaction lasts, so that each sees what the others
/// have sent. Returns until when the limit of all chats is used up.
pub async fn lock_budget(conn: &mut PgConnection) -> Result<DateTime<Utc>, DbError> {
    let spent = sqlx::query_scalar!("SELECT spent_until FROM send_budgets WHERE chat = 0 FOR UPDATE");
    Ok(spent.fetch_one(conn).await?)
}

/// Writes down how earlier messages ended and claims what is due, what matters most first and each person's in order.
/// The caller's transaction holds the budget.
#[expect(clippy::too_many_lines, reason = "one statement makes one round trip")]
pub async fn turn(
    conn: &mut PgConnection,
    finished: &[Finished],
    work: Work,
    spent_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claimed>, DbError> {
    let ids: Vec<i64> = finished.iter().map(|row| row.id.0).collect();
    let leases: Vec<Uuid> = finished.iter().map(|row| row.lease).collect();
    let states: Vec<Option<&str>> = finished.iter().map(|row| state(&row.end)).collect();
    let messages: Vec<Option<i32>> = finished.iter().map(|row| sent(&row.end)).collect();
    let not_before: Vec<Option<DateTime<Utc>>> = finished.iter().map(|row| postponed(&row.end)).collect();
    let retry_at: Vec<Option<DateTime<Utc>>> = finished.iter().map(|row| retry_at(&row.end)).collect();
    let outages: Vec<bool> =
        finished.iter().map(|row| matches!(row.end, End::Later { outage: true, .. })).collect();
    let closed: Vec<bool> =
        finished.iter().map(|row| matches!(row.end, End::Later { closed: true, .. })).collect();
    let errors: Vec<Option<&str>> = finished.iter().map(|row| error(&row.end)).collect();
    let are_cards: Vec<bool> = finished.iter().map(|row| row.is_card).collect();
    let limit = match work.limits {
        Some(limits) => work.limit.min(limits.allowance(spent_until, now)),
        None => work.limit,
    };
    let chat_until = work.limits.map_or(now + LONGEST_WAIT, |limits| {
        now + TimeDelta::seconds(i64::from(limits.chat_burst.saturating_sub(1)))
    });
    let rows = sqlx::query_as!(
        Row,
        r#"WITH f AS (
               SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[],
                                    $7::bool[], $8::bool[], $9::text[], $10::bool[])
                   AS f (id, lease_id, state, message_id, not_before, retry_at, in_outage, closed, error, is_card)),
           ended AS (
               UPDATE outbox o SET
                   state = coalesce(f.state::outbox_state, o.state),
                   finished_at = CASE WHEN f.state IS NOT NULL THEN $11::timestamptz END,
                   not_before = coalesce(f.not_before, o.not_before),
                   attempts = o.attempts - CASE WHEN f.not_before IS NULL THEN 0 ELSE 1 END,
                   retry_at = f.retry_at, in_outage = f.in_outage, message_id = f.message_id, error = f.error,
                   lease_id = NULL, lease_until = NULL
               FROM f WHERE o.id = f.id AND o.lease_id = f.lease_id
               RETURNING o.id, o.recipient, o.booking_id, f.message_id, f.is_card, f.closed, f.retry_at,
                         f.state IS NOT NULL AS is_final),
           closed AS MATERIALIZED (
               SELECT recipient, max(retry_at) AS retry_at FROM ended WHERE closed GROUP BY recipient),
           replaced AS (
               SELECT c.booking_id, c.telegram_id, c.message_id FROM cards c
               JOIN ended e ON e.is_card AND e.booking_id = c.booking_id AND e.recipient = c.telegram_id
               WHERE e.message_id <> c.message_id),
           carded AS (
               INSERT INTO cards (booking_id, telegram_id, message_id)
               SELECT booking_id, recipient, message_id FROM ended
               WHERE is_card AND message_id IS NOT NULL AND booking_id IS NOT NULL
               ON CONFLICT (booking_id, telegram_id) DO UPDATE SET message_id = excluded.message_id),
           retired AS (
               INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at,
                                   not_before)
               SELECT 'old_card:' || booking_id || ':' || telegram_id || ':' || message_id, telegram_id, 'old_card',
                      jsonb_build_object('booking', booking_id, 'message', message_id), booking_id, 3, true, 'waiting',
                      $11, $11
               FROM replaced ON CONFLICT (dedupe_key) DO NOTHING),
           recovered AS (
               UPDATE outbox SET retry_at = NULL, in_outage = false
               WHERE $12 AND in_outage AND state = 'waiting' AND id NOT IN (SELECT id FROM ended)),
           stale AS (
               UPDATE outbox SET state = 'skipped', finished_at = $11, error = 'of no use any more',
                   lease_id = NULL, lease_until = NULL
               WHERE state = 'waiting' AND useful_until <= $11 AND id NOT IN (SELECT id FROM ended)
                 AND (lease_until IS NULL OR lease_until <= $11 OR lease_until > $16)
               RETURNING id),
           heads AS (
               SELECT head.id, head.is_orphan FROM unnest(ARRAY[0, 1, 2, 3]::smallint[]) AS p (priority)
               CROSS JOIN LATERAL (
                   SELECT o.id, o.not_before, o.lease_id IS NOT NULL AS is_orphan FROM outbox o
                   WHERE o.state = 'waiting' AND o.priority = p.priority
                     -- What lies further ahead than any wait was written before the clock was set back.
                     AND o.not_before <= $11
                     AND (o.retry_at IS NULL OR o.retry_at <= $11 OR o.retry_at > $16 OR ($12 AND o.in_outage))
                     AND (o.lease_until IS NULL OR o.lease_until <= $11 OR o.lease_until > $16)
                     AND (o.useful_until IS NULL OR o.useful_until > $11)
                     AND o.id NOT IN (SELECT id FROM ended)
                     AND NOT EXISTS (
                         SELECT FROM outbox e
                         WHERE e.recipient = o.recipient AND e.state = 'waiting' AND e.id <> o.id
                           -- A lease that ran out is taken up again before anything else of that person.
                           AND (e.lease_id IS NOT NULL
                                OR (o.lease_id IS NULL AND e.not_before <= $11
                                    AND (e.priority, e.id) < (o.priority, o.id)
                                    AND (e.useful_until IS NULL OR e.useful_until > $11)))
                           AND e.id NOT IN (SELECT id FROM ended WHERE is_final)
                         OFFSET 0)
                     AND NOT EXISTS (
                         SELECT FROM send_budgets b
                         WHERE b.chat = o.recipient
                           AND ((b.spent_until > $15 AND b.spent_until <= $16)
                                OR (b.closed_until > $11 AND b.closed_until <= $16)))
                     AND NOT EXISTS (SELECT FROM closed x WHERE x.recipient = o.recipient)
                   ORDER BY o.not_before, o.id LIMIT $13) head
               ORDER BY p.priority, head.not_before, head.id LIMIT $13),
           claimed AS (
               UPDATE outbox o SET lease_id = gen_random_uuid(), lease_until = $14, attempts = o.attempts + 1
               FROM heads WHERE o.id = heads.id AND o.state = 'waiting'
               RETURNING o.id, o.recipient, o.kind, o.payload, o.booking_id, o.resends, o.lease_id, o.attempts,
                         o.created_at, o.priority, o.not_before, heads.is_orphan),
           shown AS MATERIALIZED (
               SELECT recipient, booking_id, message_id FROM ended
               WHERE is_card AND recipient IN (SELECT recipient FROM claimed)),
           spent AS (
               UPDATE send_budgets SET spent_until =
                   CASE WHEN spent_until > $11 + interval '1 minute' THEN $11 ELSE greatest(spent_until, $11) END
                   + $17::bigint * interval '1 microsecond' * (SELECT count(*) FROM claimed)
               WHERE chat = 0 AND $17::bigint > 0 AND EXISTS (SELECT FROM claimed)),
           spent_by_chat AS (
               INSERT INTO send_budgets (chat, spent_until, closed_until)
               SELECT coalesce(c.recipient, x.recipient),
                      CASE WHEN c.recipient IS NULL OR $17::bigint = 0 THEN $11 ELSE $11 + interval '1 second' END, x.retry_at
               FROM (SELECT recipient FROM claimed WHERE $17::bigint > 0) c
               FULL JOIN closed x ON x.recipient = c.recipient
               WHERE coalesce(c.recipient, x.recipient) <> 0
               ON CONFLICT (chat) DO UPDATE SET
                   spent_until = CASE WHEN send_budgets.spent_until > $16 THEN excluded.spent_until
                                      ELSE greatest(send_budgets.spent_until, $11) + (excluded.spent_until - $11) END,
                   closed_until = coalesce(excluded.closed_until, send_budgets.closed_until))
           SELECT c.id AS "id!", c.recipient AS "recipient!", c.kind AS "kind!", c.payload AS "payload!",
                  c.resends AS "resends!", c.lease_id AS "lease!", c.attempts AS "attempts!", c.created_at AS "created_at!",
                  c.is_orphan AS "is_orphan!",
                  p.language AS "language?", r.quiet_from AS "quiet_from?", r.quiet_to AS "quiet_to?", r.zone AS "zone?",
                  coalesce(r.muted, '{}') AS "muted!",
                  -- This statement still sees the card as it was before.
                  coalesce(e.message_id, k.message_id) AS "card?"
           FROM claimed c
           LEFT JOIN clients p ON p.telegram_id = c.recipient
           LEFT JOIN recipients r ON r.telegram_id = c.recipient
           LEFT JOIN shown e ON e.recipient = c.recipient AND e.booking_id = c.booking_id
           LEFT JOIN cards k ON k.booking_id = c.booking_id AND k.telegram_id = c.recipient
           ORDER BY c.priority, c.not_before, c.id"#,
        &ids,
        &leases,
        states.as_slice() as _,
        messages.as_slice() as _,
        not_before.as_slice() as _,
        retry_at.as_slice() as _,
        &outages,
        &closed,
        errors.as_slice() as _,
        &are_cards,
        now,
        work.recovered,
        limit,
        now + work.lease,
        chat_until,
        now + LONGEST_WAIT,
        work.limits.map_or(0, Limits::microseconds),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Claimed::try_from).collect()
}

struct Row {
    id: i64,
    recipient: i64,
    kind: String,
    payload: serde_json::Value,
    resends: bool,
    lease: Uuid,
    attempts: i32,
    created_at: DateTime<Utc>,
    is_orphan: bool,
    language: Option<String>,
    quiet_from: Option<i16>,
    quiet_to: Option<i16>,
    zone: Option<String>,
    muted: Vec<String>,
    card: Option<i32>,
}

impl TryFrom<Row> for Claimed {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Claimed, DbError> {
        let place = Place { table: "outbox", row: &row.id };
        let minute = |minute: Option<i16>| minute.and_then(|minute| u32::try_from(minute).ok());
        Ok(Claimed {
            id: OutboxId(row.id),
            recipient: TelegramId(row.recipient),
            message: stored::message(&row.kind, &row.payload),
            in_doubt: if row.resends { InDoubt::Resend } else { InDoubt::Drop },
            lease: row.lease,
            attempts: place.count("attempts", row.attempts)?,
            is_orphan: row.is_orphan,
            created_at: row.created_at,
            language: row.language.as_deref().and_then(Language::from_tag).unwrap_or(Language::DEFAULT),
            quiet_from: minute(row.quiet_from),
            quiet_to: minute(row.quiet_to),
            zone: row.zone,
            muted: row.muted.iter().filter_map(|label| Topic::from_label(label)).collect(),
            card: row.card.map(MessageId),
        })
    }
}

/// Keeps messages that are in flight for longer, unless somebody else has them by now.
pub async fn renew(conn: &mut PgConnection, leases: &[Uuid], until: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!("UPDATE outbox SET lease_until = $2 WHERE lease_id = ANY($1)", leases, until)
        .execute(conn)
        .await?;
    Ok(())
}

fn state(end: &End) -> Option<&'static str> {
    match end {
        End::Sent(_) => Some("sent"),
        End::Skipped(_) => Some("skipped"),
        End::Dropped(_) => Some("dropped"),
        End::Unreachable => Some("unreachable"),
        End::Parked(_) => Some("parked"),
        End::Postponed(_) | End::Later { .. } => None,
    }
}

fn sent(end: &End) -> Option<i32> {
    match end {
        End::Sent(message) => message.map(|message| message.0),
        _ => None,
    }
}

fn postponed(end: &End) -> Option<DateTime<Utc>> {
    match end {
        End::Postponed(until) => Some(*until),
        _ => None,
    }
}

fn retry_at(end: &End) -> Option<DateTime<Utc>> {
    match end {
        End::Later { retry_at, .. } => Some(*retry_at),
        _ => None,
    }
}

fn error(end: &End) -> Option<&str> {
    match end {
        End::Skipped(why) => Some(why),
        End::Dropped(error) | End::Later { error, .. } | End::Parked(error) => Some(error),
        End::Sent(_) | End::Unreachable | End::Postponed(_) => None,
    }
}
