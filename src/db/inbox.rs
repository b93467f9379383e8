//! The inbox: raw updates, kept before they are acknowledged, until they have been applied and shown.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{DbError, conversations::Stored, outbox::Limits, rows::Place};
use crate::domain::{
    ids::{ClientId, LocationId, MasterId, MessageId, TelegramId, UpdateId},
    language::Language,
};

/// An update on its way into the inbox.
#[derive(Debug, Clone)]
pub struct NewUpdate {
    pub id: UpdateId,
    /// Whose update it is; `None` where Telegram names nobody.
    pub person: Option<TelegramId>,
    /// The update as Telegram wrote it, in JSON.
    pub payload: String,
    /// It asks whether somebody may be charged, for which it does not wait in the inbox.
    pub is_checkout: bool,
}

/// Keeps updates; those already known are left as they are. Returns how many were new.
pub async fn keep(
    conn: &mut PgConnection,
    updates: &[NewUpdate],
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let ids: Vec<i64> = updates.iter().map(|update| update.id.0).collect();
    let people: Vec<Option<i64>> =
        updates.iter().map(|update| update.person.map(|person| person.0)).collect();
    let payloads: Vec<&str> = updates.iter().map(|update| update.payload.as_str()).collect();
    let correlations: Vec<Uuid> = updates.iter().map(|_| Uuid::new_v4()).collect();
    let result = sqlx::query!(
        r#"INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before)
           SELECT update_id, person, payload, 'received', correlation_id, $5, $5
           FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::uuid[])
               AS new (update_id, person, payload, correlation_id)
           ORDER BY update_id
           ON CONFLICT (update_id) DO NOTHING"#,
        &ids,
        people.as_slice() as _,
        payloads.as_slice() as _,
        &correlations,
        now,
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected())
}

/// How the handling of a claimed update ended.
#[derive(Debug, Clone)]
pub enum End {
    Done,
    Failed {
        error: String,
    },
    /// To be tried again, not before this instant.
    Later {
        not_before: DateTime<Utc>,
        in_doubt: bool,
        error: String,
    },
}

#[derive(Debug, Clone)]
pub struct Finished {
    pub id: UpdateId,
    pub lease: Uuid,
    pub end: End,
    /// The message that shows the sender's screen from now on, where it is another than before.
    pub living: Option<MessageId>,
    /// Messages sent and edited on the way, which count against Telegram's limits.
    pub calls: u32,
}

/// The longest time for which an update may be put off, and longer than any lease.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// An update that this process may handle until its lease ends, with all that is known of its sender.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: UpdateId,
    pub person: Option<TelegramId>,
    pub payload: String,
    pub lease: Uuid,
    pub correlation: Uuid,
    pub received_at: DateTime<Utc>,
    /// How many times it was claimed, this time included.
    pub attempts: u32,
    /// How many times it ended in doubt whether its message had arrived.
    pub doubts: u32,
    /// Set once the update has been applied: only its reply is still to be shown.
    pub reply: Option<serde_json::Value>,
    pub client: Option<Client>,
    pub conversation: Option<Stored>,
    /// This person could not be told anything the last time.
    pub is_unreachable: bool,
    /// The master whom this person is, where they are staff.
    pub master: Option<MasterId>,
    /// The location, where the business has just one.
    pub only_location: Option<LocationId>,
}

/// What is known of a client.
#[derive(Debug, Clone)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub language: Language,
    pub consented: bool,
}

/// Writes down how earlier updates ended and claims up to `limit` new ones, oldest first, in one round trip.
///
/// Of each person only the oldest unfinished update can be claimed, and none while another is in flight.
#[expect(clippy::too_many_lines, reason = "one statement makes one round trip")]
pub async fn finish_and_claim(
    conn: &mut PgConnection,
    finished: &[Finished],
    limit: i64,
    lease: Duration,
    limits: Option<Limits>,
    now: DateTime<Utc>,
) -> Result<Vec<Claimed>, DbError> {
    let ids: Vec<i64> = finished.iter().map(|row| row.id.0).collect();
    let leases: Vec<Uuid> = finished.iter().map(|row| row.lease).collect();
    let states: Vec<Option<&str>> = finished.iter().map(|row| state(&row.end)).collect();
    let not_before: Vec<Option<DateTime<Utc>>> = finished.iter().map(|row| not_before(&row.end)).collect();
    let living: Vec<Option<i32>> = finished.iter().map(|row| row.living.map(|message| message.0)).collect();
    let in_doubt: Vec<bool> =
        finished.iter().map(|row| matches!(row.end, End::Later { in_doubt: true, .. })).collect();
    let errors: Vec<Option<&str>> = finished.iter().map(|row| error(&row.end)).collect();
    let calls: Vec<i32> = finished.iter().map(|row| i32::try_from(row.calls).unwrap_or(i32::MAX)).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"WITH ended AS (
               UPDATE inbox SET
                   state = coalesce(f.state::inbox_state, inbox.state),
                   finished_at = CASE WHEN f.state IS NULL THEN NULL ELSE $7::timestamptz END,
                   not_before = coalesce(f.not_before, inbox.not_before),
                   -- What a person wrote is not kept longer than it is needed.
                   payload = CASE WHEN f.state = 'done' THEN '' ELSE inbox.payload END,
                   doubts = inbox.doubts + CASE WHEN f.in_doubt THEN 1 ELSE 0 END,
                   error = f.error, lease_id = NULL, lease_until = NULL
               FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $10::int[], $11::bool[], $12::int[])
                   AS f (update_id, lease_id, state, not_before, error, living, in_doubt, calls)
               WHERE inbox.update_id = f.update_id AND inbox.lease_id = f.lease_id
               RETURNING inbox.update_id, inbox.person, f.living, f.state IS NOT NULL AS is_final, f.calls),
           shown AS (
               UPDATE conversations SET message_id = ended.living,
                   -- A message that has just become a card stays one; any other shows a screen.
                   card_of = CASE WHEN conversations.message_id = ended.living THEN conversations.card_of END
               FROM ended WHERE conversations.telegram_id = ended.person AND ended.living IS NOT NULL
               RETURNING conversations.telegram_id, conversations.message_id, conversations.card_of),
           -- Answers to people are never held up, but what is sent to others beside them waits its turn: for a moment,
           -- however many there are.
           spent AS (
               UPDATE send_budgets SET spent_until = least($7 + interval '2 seconds',
                   CASE WHEN spent_until > $7 + interval '1 minute' THEN $7 ELSE greatest(spent_until, $7) END
                   + $13::bigint * interval '1 microsecond' * (SELECT sum(calls) FROM ended))
               WHERE chat = 0 AND $13::bigint > 0 AND EXISTS (SELECT FROM ended WHERE calls > 0)
               RETURNING chat),
           spent_by_chat AS (
               INSERT INTO send_budgets (chat, spent_until)
               -- Counting the sum of all makes everybody change it first, and their chats in one order.
               SELECT person, $7 + interval '1 second' * least(sum(calls), 3) FROM ended, (SELECT count(*) FROM spent) AS all_chats
               WHERE calls > 0 AND person <> 0 AND $13::bigint > 0 GROUP BY person ORDER BY person
               ON CONFLICT (chat) DO UPDATE SET spent_until = least($7 + interval '3 seconds',
                   greatest(send_budgets.spent_until, $7) + (excluded.spent_until - $7))),
           heads AS (
               SELECT i.update_id FROM inbox i
               WHERE i.state IN ('received', 'applied')
                 -- What lies further ahead than any wait was written before the clock was set back.
                 AND (i.attempts = 0 OR i.not_before <= $7 OR i.not_before > $9)
                 AND (i.lease_until IS NULL OR i.lease_until <= $7 OR i.lease_until > $9)
                 -- Reading the ended rows here makes them end before others are claimed.
                 AND i.update_id NOT IN (SELECT update_id FROM ended)
                 AND NOT EXISTS (
                     SELECT FROM inbox other
                     WHERE other.person = i.person AND other.state IN ('received', 'applied')
                       AND other.update_id <> i.update_id
                       -- A lease that ran out is taken up again before anything else of that person.
                       AND (other.lease_id IS NOT NULL OR (i.lease_id IS NULL AND other.update_id < i.update_id))
                       AND other.update_id NOT IN (SELECT update_id FROM ended WHERE is_final)
                     -- Keeps the planner from joining all that waits with all that waits.
                     OFFSET 0)
               ORDER BY i.update_id LIMIT $6 FOR UPDATE SKIP LOCKED),
           claimed AS (
               UPDATE inbox SET lease_id = gen_random_uuid(), lease_until = $8, attempts = inbox.attempts + 1
               FROM heads WHERE inbox.update_id = heads.update_id
               RETURNING inbox.update_id, person, payload, inbox.lease_id, correlation_id, received_at, attempts, doubts, reply,
                         inbox.state = 'applied' AS is_applied)
           SELECT c.update_id AS "update_id!", c.person, c.payload AS "payload!", c.lease_id AS "lease!",
                  c.correlation_id AS "correlation!", c.received_at AS "received_at!", c.attempts AS "attempts!", c.doubts AS "doubts!",
                  CASE WHEN c.is_applied THEN coalesce(c.reply, '{}') END AS "reply?",
                  p.id AS "client_id?", p.name AS "name?", p.language AS "language?",
                  p.consented_at IS NOT NULL AS "consented!",
                  v.stack AS "stack?", v.rev AS "rev?", coalesce(shown.message_id, v.message_id) AS "message_id?",
                  CASE WHEN shown.telegram_id IS NULL THEN v.card_of ELSE shown.card_of END IS NOT NULL AS "is_card!",
                  u.unreachable_since IS NOT NULL AS "is_unreachable!",
                  s.master_id AS "master?",
                  (SELECT min(id) FROM locations WHERE active HAVING count(*) = 1) AS "only_location?"
           FROM claimed c
           LEFT JOIN clients p ON p.telegram_id = c.person
           LEFT JOIN conversations v ON v.telegram_id = c.person
           -- This statement still sees the conversation as it was before.
           LEFT JOIN shown ON shown.telegram_id = c.person
           LEFT JOIN staff_roles s ON s.telegram_id = c.person
           LEFT JOIN recipients u ON u.telegram_id = c.person
           ORDER BY c.update_id"#,
        &ids,
        &leases,
        states.as_slice() as _,
        not_before.as_slice() as _,
        errors.as_slice() as _,
        limit,
        now,
        now + lease,
        now + LONGEST_WAIT,
        living.as_slice() as _,
        &in_doubt,
        &calls,
        limits.map_or(0, Limits::microseconds),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Claimed::try_from).collect()
}

/// A claimed update with what is known of its sender.
struct Row {
    update_id: i64,
    person: Option<i64>,
    payload: String,
    lease: Uuid,
    correlation: Uuid,
    received_at: DateTime<Utc>,
    attempts: i32,
    doubts: i32,
    reply: Option<serde_json::Value>,
    client_id: Option<i64>,
    name: Option<String>,
    language: Option<String>,
    consented: bool,
    stack: Option<serde_json::Value>,
    rev: Option<i64>,
    message_id: Option<i32>,
    is_card: bool,
    is_unreachable: bool,
    master: Option<i32>,
    only_location: Option<i32>,
}

impl TryFrom<Row> for Claimed {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Claimed, DbError> {
        let place = Place { table: "inbox", row: &row.update_id };
        let client = row.client_id.map(|id| Client {
            id: ClientId(id),
            name: row.name.unwrap_or_default(),
            language: row.language.as_deref().and_then(Language::from_tag).unwrap_or(Language::DEFAULT),
            consented: row.consented,
        });
        let living = row.message_id.map(MessageId);
        Ok(Claimed {
            id: UpdateId(row.update_id),
            person: row.person.map(TelegramId),
            payload: row.payload,
            lease: row.lease,
            correlation: row.correlation,
            received_at: row.received_at,
            attempts: place.count("attempts", row.attempts)?,
            doubts: place.count("doubts", row.doubts)?,
            reply: row.reply,
            client,
            conversation: row.stack.zip(row.rev).map(|(stack, rev)| Stored {
                stack,
                rev,
                living,
                is_card: row.is_card,
            }),
            is_unreachable: row.is_unreachable,
            master: row.master.map(MasterId),
            only_location: row.only_location.map(LocationId),
        })
    }
}

/// Keeps updates in flight for longer.
pub async fn renew(conn: &mut PgConnection, leases: &[Uuid], until: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE inbox SET lease_until = $2 WHERE lease_id = ANY($1) AND state IN ('received', 'applied')",
        leases,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether something has come from somebody since then.
pub async fn is_heard_since(
    conn: &mut PgConnection,
    person: TelegramId,
    since: DateTime<Utc>,
) -> Result<bool, DbError> {
    // The words that the program leaves for itself have negative numbers.
    let heard = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM inbox WHERE person = $1 AND update_id >= 0 AND received_at >= $2
                          AND state IN ('received', 'applied'))
               OR EXISTS (SELECT FROM inbox WHERE person = $1 AND update_id >= 0 AND received_at >= $2
                          AND finished_at >= $2 AND state IN ('done', 'failed')) AS "heard!""#,
        person.0,
        since,
    );
    Ok(heard.fetch_one(conn).await?)
}

fn state(end: &End) -> Option<&'static str> {
    match end {
        End::Done => Some("done"),
        End::Failed { .. } => Some("failed"),
        End::Later { .. } => None,
    }
}

fn not_before(end: &End) -> Option<DateTime<Utc>> {
    match end {
        End::Later { not_before, .. } => Some(*not_before),
        End::Done | End::Failed { .. } => None,
    }
}

fn error(end: &End) -> Option<&str> {
    match end {
        End::Failed { error } | End::Later { error, .. } => Some(error),
        End::Done => None,
    }
}
