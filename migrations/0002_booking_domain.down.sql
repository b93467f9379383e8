DELETE FROM inbox WHERE update_id < 0;
DROP SEQUENCE inbox_words;

ALTER TABLE booking_changes
    DROP CONSTRAINT booking_change_move,
    DROP COLUMN was_at,
    DROP COLUMN was_master_id;

-- Without moves, a hold may not overlap the visit that it was to move.
INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, correlation_id)
SELECT id, status_at, status, 'expired', 'system', gen_random_uuid()
FROM bookings WHERE replaces IS NOT NULL AND status IN ('held', 'awaiting_payment');
UPDATE bookings SET status = 'expired', hold_until = NULL
WHERE replaces IS NOT NULL AND status IN ('held', 'awaiting_payment');

DROP INDEX bookings_by_replaced;
DROP INDEX bookings_by_series;
DROP INDEX bookings_by_master_and_age;
DROP INDEX bookings_on_hold;

ALTER TABLE bookings
    DROP CONSTRAINT booking_resource_overlap,
    DROP CONSTRAINT booking_client_overlap,
    DROP CONSTRAINT booking_master_overlap,
    ADD CONSTRAINT booking_master_overlap EXCLUDE USING gist (master_id WITH =, occupied WITH &&)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed')),
    ADD CONSTRAINT booking_client_overlap
        EXCLUDE USING gist (client_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed')),
    DROP CONSTRAINT booking_late_cancel_is_cancelled,
    DROP CONSTRAINT booking_resources_known,
    DROP CONSTRAINT booking_only_a_hold_replaces,
    DROP COLUMN late_cancel,
    DROP COLUMN resource_ids,
    DROP COLUMN series_id,
    DROP COLUMN replaces;

DROP TABLE series;

ALTER TABLE time_off DROP COLUMN blocked_by;
ALTER TABLE clients DROP COLUMN regarded_at, DROP COLUMN regarded_by, DROP COLUMN regard;
DROP TYPE client_regard;

DROP TABLE service_exclusions, service_addons;
ALTER TABLE services DROP COLUMN most_repeats, DROP COLUMN audience, DROP COLUMN kind_id;
DROP TYPE audience;
DROP TABLE resources, resource_kinds;

ALTER TABLE locations
    DROP COLUMN most_visits_flagged,
    DROP COLUMN most_visits_new,
    DROP COLUMN most_visits,
    DROP COLUMN tidy_day,
    DROP COLUMN late_cancel,
    DROP COLUMN move_notice_minutes;

DROP EXTENSION intarray;
