-- Exclusion constraints over arrays of ids: a visit may need several resources.
CREATE EXTENSION IF NOT EXISTS intarray;

-- Policies of a location ------------------------------------------------------------------------

ALTER TABLE locations
    ADD COLUMN move_notice_minutes integer CHECK (move_notice_minutes BETWEEN 0 AND 43200),
    -- Whether a client may still cancel inside the notice window, which is then marked as late.
    ADD COLUMN late_cancel    boolean NOT NULL DEFAULT false,
    ADD COLUMN tidy_day       boolean NOT NULL DEFAULT false,
    -- How many visits a client may have ahead; NULL is any number. A series counts once.
    ADD COLUMN most_visits         integer CHECK (most_visits BETWEEN 1 AND 100),
    ADD COLUMN most_visits_new     integer CHECK (most_visits_new BETWEEN 1 AND 100),
    ADD COLUMN most_visits_flagged integer CHECK (most_visits_flagged BETWEEN 1 AND 100);
UPDATE locations SET move_notice_minutes = cancel_notice_minutes;
ALTER TABLE locations ALTER COLUMN move_notice_minutes SET NOT NULL;

-- Rooms and equipment ---------------------------------------------------------------------------

CREATE TABLE resource_kinds (
    id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key catalog_key NOT NULL UNIQUE
);

CREATE TABLE resources (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         catalog_key NOT NULL UNIQUE,
    kind_id     integer     NOT NULL REFERENCES resource_kinds,
    location_id integer     NOT NULL REFERENCES locations,
    names       local_text  NOT NULL,
    position    integer     NOT NULL,
    active      boolean     NOT NULL
);

-- What goes with what ---------------------------------------------------------------------------

CREATE TYPE audience AS ENUM ('everyone', 'new', 'known');

ALTER TABLE services
    ADD COLUMN kind_id     integer REFERENCES resource_kinds,
    ADD COLUMN audience    audience NOT NULL DEFAULT 'everyone',
    -- The most visits of a series; NULL when the service cannot be booked as one.
    ADD COLUMN most_repeats integer CHECK (most_repeats BETWEEN 2 AND 52);

-- An add-on is booked only together with one of its bases.
CREATE TABLE service_addons (
    addon_id integer NOT NULL REFERENCES services ON DELETE CASCADE,
    base_id  integer NOT NULL REFERENCES services ON DELETE CASCADE,
    PRIMARY KEY (addon_id, base_id),
    CHECK (addon_id <> base_id)
);

CREATE TABLE service_exclusions (
    one_id   integer NOT NULL REFERENCES services ON DELETE CASCADE,
    other_id integer NOT NULL REFERENCES services ON DELETE CASCADE,
    PRIMARY KEY (one_id, other_id),
    CHECK (one_id < other_id)
);

-- People ----------------------------------------------------------------------------------------

CREATE TYPE client_regard AS ENUM ('plain', 'flagged', 'blocked');

ALTER TABLE clients
    ADD COLUMN regard      client_regard NOT NULL DEFAULT 'plain',
    -- Who of the staff has said so last, and when.
    ADD COLUMN regarded_by bigint,
    ADD COLUMN regarded_at timestamptz;

-- Time off that the staff took in the chat outlives the next catalog file; NULL is the file's own.
ALTER TABLE time_off ADD COLUMN blocked_by bigint;

-- Bookings --------------------------------------------------------------------------------------

-- The rule is an RFC 5545 RRULE with an end; starts_local is the wall time of its first visit.
CREATE TABLE series (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint      NOT NULL REFERENCES clients,
    rule         text        NOT NULL,
    starts_local timestamp   NOT NULL,
    zone         text        NOT NULL,
    created_at   timestamptz NOT NULL
);

ALTER TABLE bookings
    -- A hold for moving a visit: until it is confirmed, both times are kept.
    ADD COLUMN replaces     bigint REFERENCES bookings,
    ADD COLUMN series_id    bigint REFERENCES series,
    ADD COLUMN resource_ids integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN late_cancel  boolean   NOT NULL DEFAULT false,
    ADD CONSTRAINT booking_only_a_hold_replaces CHECK
        (replaces IS NULL OR (replaces <> id AND status IN ('held', 'awaiting_payment', 'expired', 'cancelled'))),
    ADD CONSTRAINT booking_resources_known CHECK (array_position(resource_ids, NULL) IS NULL),
    ADD CONSTRAINT booking_late_cancel_is_cancelled CHECK (NOT late_cancel OR status = 'cancelled'),
    DROP CONSTRAINT booking_master_overlap,
    DROP CONSTRAINT booking_client_overlap,
    -- A visit and the hold that moves it stand for the same visit, so they may overlap: one may move by half an hour.
    ADD CONSTRAINT booking_master_overlap EXCLUDE USING gist
        (master_id WITH =, occupied WITH &&, coalesce(replaces, id) WITH <>)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed')),
    ADD CONSTRAINT booking_client_overlap EXCLUDE USING gist
        (client_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&, coalesce(replaces, id) WITH <>)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed')),
    ADD CONSTRAINT booking_resource_overlap EXCLUDE USING gist
        (resource_ids gist__int_ops WITH &&, occupied WITH &&, coalesce(replaces, id) WITH <>)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed') AND resource_ids <> '{}');

CREATE INDEX bookings_on_hold ON bookings (hold_until) WHERE status = 'held';
CREATE INDEX bookings_by_master_and_age ON bookings (master_id, created_at);
CREATE INDEX bookings_by_series ON bookings (series_id, starts_at) WHERE series_id IS NOT NULL;
CREATE INDEX bookings_by_replaced ON bookings (replaces) WHERE replaces IS NOT NULL;

-- What a visit was before it was moved; NULL in rows that are no moves.
ALTER TABLE booking_changes
    ADD COLUMN was_master_id integer REFERENCES masters,
    ADD COLUMN was_at        tstzrange,
    ADD CONSTRAINT booking_change_move CHECK ((was_master_id IS NULL) = (was_at IS NULL));

-- What the bot has to tell a conversation by itself goes through the inbox too, numbered below Telegram's updates.
CREATE SEQUENCE inbox_words AS bigint INCREMENT -1 START -1 MINVALUE -9223372036854775807 MAXVALUE -1;
