DROP INDEX inbox_finished_by_time;
DROP TABLE jobs;
DROP TABLE offers;
DROP TYPE offer_state;
DROP TABLE waitlist;
DROP TYPE waitlist_state;
ALTER TABLE locations
    DROP COLUMN offer_minutes,
    DROP COLUMN approve_flagged,
    DROP COLUMN forgive_after,
    DROP COLUMN flag_after;
DROP TABLE ratings;
-- Holds that wait for an answer would be second holds of their clients.
WITH expired AS (
    UPDATE bookings SET status = 'expired', hold_until = NULL WHERE status = 'held' AND purpose <> 'picked'
    RETURNING id, status_at)
INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, correlation_id)
SELECT id, status_at, 'held', 'expired', 'system', gen_random_uuid() FROM expired;
DROP INDEX booking_one_request;
DROP INDEX booking_one_hold;
CREATE UNIQUE INDEX booking_one_hold ON bookings (client_id)
    WHERE status IN ('held', 'awaiting_payment');
DROP INDEX booking_changes_by_time;
DROP INDEX bookings_unanswered;
DROP INDEX bookings_to_ask_about;
ALTER TABLE bookings
    DROP COLUMN by_studio,
    DROP COLUMN came_late,
    DROP COLUMN outcome_asked_at,
    DROP COLUMN delay,
    DROP COLUMN client_late,
    DROP COLUMN coming_at,
    DROP COLUMN purpose;
DROP TYPE hold_purpose;
DROP TABLE reminders;
DROP TYPE reminder_state;
ALTER TABLE services DROP COLUMN reminders;
ALTER TABLE locations DROP COLUMN reminders;
DROP DOMAIN reminder_leads;
ALTER TABLE conversations DROP COLUMN card_of;
DROP TABLE cards;
DROP TABLE send_budgets;
DROP TABLE outbox;
DROP TYPE outbox_state;
DROP TABLE recipients;
