//! All that is stored about a person, as one document.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::DbError;
use crate::domain::ids::{ClientId, TelegramId};

/// Everything in the database that is a client's, under the names of its columns. Left out are other people's names, what a
/// gift's link says, and what only keeps processes apart.
pub async fn everything(
    conn: &mut PgConnection,
    client: ClientId,
    person: TelegramId,
    now: DateTime<Utc>,
) -> Result<serde_json::Value, DbError> {
    let all = sqlx::query_scalar!(
        r#"SELECT jsonb_build_object(
               'read_at', $3::timestamptz,
               'profile', (SELECT to_jsonb(c) - 'regarded_by' FROM clients c WHERE c.id = $1),
               'settings', (SELECT to_jsonb(r) FROM recipients r WHERE r.telegram_id = $2),
               'conversation', (SELECT jsonb_build_object('stack', v.stack, 'updated_at', v.updated_at)
                                FROM conversations v WHERE v.telegram_id = $2),
               'visits', (SELECT coalesce(jsonb_agg((to_jsonb(b) - 'resource_ids') || jsonb_build_object(
                              'master', m.names, 'location', l.names,
                              'items', (SELECT jsonb_agg(to_jsonb(i) - 'booking_id' ORDER BY i.position)
                                        FROM booking_items i WHERE i.booking_id = b.id),
                              'changes', (SELECT jsonb_agg(jsonb_build_object('at', x.at, 'from', x.from_status,
                                              'to', x.to_status, 'by', x.actor) ORDER BY x.id)
                                          FROM booking_changes x WHERE x.booking_id = b.id),
                              'rating', (SELECT to_jsonb(g) - 'booking_id' FROM ratings g WHERE g.booking_id = b.id),
                              'reminders', (SELECT jsonb_agg(to_jsonb(n) - 'booking_id')
                                            FROM reminders n WHERE n.booking_id = b.id))
                          ORDER BY b.starts_at), '[]')
                          FROM bookings b JOIN masters m ON m.id = b.master_id JOIN locations l ON l.id = b.location_id
                          WHERE b.client_id = $1),
               'series', (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.id), '[]') FROM series s WHERE s.client_id = $1),
               'waitlist', (SELECT coalesce(jsonb_agg(to_jsonb(w) ORDER BY w.id), '[]') FROM waitlist w WHERE w.client_id = $1),
               'seen_by_staff', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', w.seen_at, 'booking_id', w.booking_id,
                                       'by', (SELECT m.names FROM masters m WHERE m.id = w.master_id)) ORDER BY w.id), '[]')
                                 FROM client_views w WHERE w.client_id = $1),
               'mark_of_the_staff', (SELECT to_jsonb(k) FROM kept_regards k WHERE k.telegram_id = $2),
               'wishes_to_be_forgotten', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.id), '[]')
                                          FROM erasures e WHERE e.client_id = $1),
               'invoices', (SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i.id), '[]') FROM invoices i WHERE i.client_id = $1),
               'payments', (SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object(
                                'refund', (SELECT to_jsonb(f) - 'done_by' FROM refunds f WHERE f.payment_id = p.id))
                            ORDER BY p.id), '[]') FROM payments p WHERE p.payer = $2),
               'vouchers', (SELECT coalesce(jsonb_agg(
                                -- What becomes of a gift is its taker's matter, and who gave it the giver's.
                                to_jsonb(v) - 'token'
                                - CASE WHEN v.client_id <> $1
                                       THEN '{client_id,state,state_at,ends_at,left_minor,left_visits}'::text[]
                                       ELSE '{}' END
                                - CASE WHEN v.buyer_id <> $1 THEN ARRAY['buyer_id'] ELSE '{}' END
                                || jsonb_build_object(
                                'uses', (SELECT jsonb_agg(to_jsonb(u) - 'voucher_id')
                                         FROM voucher_uses u JOIN bookings b ON b.id = u.booking_id
                                         WHERE u.voucher_id = v.id AND b.client_id = $1))
                            ORDER BY v.id), '[]')
                            FROM vouchers v WHERE v.client_id = $1 OR v.buyer_id = $1),
               'messages_to_you', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'state', o.state,
                                       'created_at', o.created_at, 'finished_at', o.finished_at) ORDER BY o.id), '[]')
                                   FROM outbox o WHERE o.recipient = $2),
               'messages_from_you', (SELECT coalesce(jsonb_agg(jsonb_build_object('text', n.payload, 'state', n.state,
                                         'received_at', n.received_at) ORDER BY n.received_at), '[]')
                                     FROM inbox n WHERE n.person = $2)) AS "all!""#,
        client.0,
        person.0,
        now,
    );
    Ok(all.fetch_one(conn).await?)
}

/// A client's name and phone number, and when they agreed.
pub type Profile = (String, Option<String>, Option<DateTime<Utc>>);

pub async fn profile(conn: &mut PgConnection, client: ClientId) -> Result<Option<Profile>, DbError> {
    let row = sqlx::query!("SELECT name, phone, consented_at FROM clients WHERE id = $1", client.0);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.name, row.phone, row.consented_at)))
}
