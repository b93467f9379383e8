CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Names and other texts per language: {"en": "Massage", "ru": "Массаж"}.
CREATE DOMAIN local_text AS jsonb
    CHECK (jsonb_typeof(VALUE) = 'object' AND VALUE <> '{}'::jsonb);

CREATE DOMAIN catalog_key AS text
    CHECK (VALUE ~ '^[a-z0-9][a-z0-9_-]{0,39}$');

CREATE DOMAIN currency_code AS text
    CHECK (VALUE ~ '^[A-Z]{3}$');

-- Catalog: where, what, who, when --------------------------------------------------------------

CREATE TABLE locations (
    id                    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key                   catalog_key   NOT NULL UNIQUE,
    names                 local_text    NOT NULL,
    address               text          NOT NULL DEFAULT '',
    zone                  text          NOT NULL,
    currency              currency_code NOT NULL,
    slot_step_minutes     integer       NOT NULL CHECK (slot_step_minutes BETWEEN 5 AND 240),
    hold_minutes          integer       NOT NULL CHECK (hold_minutes BETWEEN 1 AND 120),
    lead_minutes          integer       NOT NULL CHECK (lead_minutes BETWEEN 0 AND 43200),
    horizon_days          integer       NOT NULL CHECK (horizon_days BETWEEN 1 AND 366),
    cancel_notice_minutes integer       NOT NULL CHECK (cancel_notice_minutes BETWEEN 0 AND 43200),
    position              integer       NOT NULL,
    active                boolean       NOT NULL
);

CREATE TABLE services (
    id                    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key                   catalog_key NOT NULL UNIQUE,
    location_id           integer     NOT NULL REFERENCES locations,
    names                 local_text  NOT NULL,
    minutes               integer     NOT NULL CHECK (minutes BETWEEN 5 AND 1440),
    price_minor           bigint      NOT NULL CHECK (price_minor >= 0),
    buffer_before_minutes integer     NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 240),
    buffer_after_minutes  integer     NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 240),
    position              integer     NOT NULL,
    active                boolean     NOT NULL
);

CREATE TYPE staff_role AS ENUM ('master', 'therapist');

CREATE TABLE masters (
    id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key      catalog_key NOT NULL UNIQUE,
    names    local_text  NOT NULL,
    position integer     NOT NULL,
    active   boolean     NOT NULL
);

-- A master without a Telegram account has a role all the same; there is just nobody to recognise.
CREATE TABLE staff_roles (
    master_id   integer    NOT NULL PRIMARY KEY REFERENCES masters ON DELETE CASCADE,
    role        staff_role NOT NULL,
    telegram_id bigint     UNIQUE
);

-- A master's own duration and price override the service's; NULL means "as the service".
CREATE TABLE skills (
    master_id   integer NOT NULL REFERENCES masters ON DELETE CASCADE,
    service_id  integer NOT NULL REFERENCES services ON DELETE CASCADE,
    minutes     integer CHECK (minutes BETWEEN 5 AND 1440),
    price_minor bigint  CHECK (price_minor >= 0),
    PRIMARY KEY (master_id, service_id)
);
CREATE INDEX skills_by_service ON skills (service_id);

-- Wall-clock minutes after the local midnight of an ISO weekday; an end past 1440 runs over midnight.
CREATE TABLE working_hours (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    master_id     integer  NOT NULL REFERENCES masters ON DELETE CASCADE,
    location_id   integer  NOT NULL REFERENCES locations,
    weekday       smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts_minute integer  NOT NULL CHECK (starts_minute BETWEEN 0 AND 1439),
    ends_minute   integer  NOT NULL CHECK (ends_minute BETWEEN 1 AND 2880),
    CONSTRAINT working_hours_order CHECK (starts_minute < ends_minute)
);
CREATE INDEX working_hours_by_master ON working_hours (master_id);

CREATE TABLE breaks (
    id               integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    working_hours_id integer NOT NULL REFERENCES working_hours ON DELETE CASCADE,
    starts_minute    integer NOT NULL CHECK (starts_minute BETWEEN 0 AND 2879),
    ends_minute      integer NOT NULL CHECK (ends_minute BETWEEN 1 AND 2880),
    CONSTRAINT breaks_order CHECK (starts_minute < ends_minute)
);
CREATE INDEX breaks_by_hours ON breaks (working_hours_id);

CREATE TABLE time_off (
    id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    master_id integer   NOT NULL REFERENCES masters ON DELETE CASCADE,
    away      tstzrange NOT NULL,
    CONSTRAINT time_off_bounded CHECK (
        NOT isempty(away) AND isfinite(lower(away)) AND isfinite(upper(away))
        AND NOT lower_inf(away) AND NOT upper_inf(away))
);
CREATE INDEX time_off_by_master ON time_off USING gist (master_id, away);

-- People ---------------------------------------------------------------------------------------

CREATE TABLE clients (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    telegram_id  bigint      NOT NULL UNIQUE,
    name         text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    language     text        NOT NULL CHECK (language ~ '^[a-z]{2}$'),
    phone        text        CHECK (phone ~ '^\+[0-9]{5,15}$'),
    consented_at timestamptz,
    created_at   timestamptz NOT NULL
);

-- Bookings -------------------------------------------------------------------------------------

CREATE TYPE booking_status AS ENUM
    ('held', 'awaiting_payment', 'confirmed', 'completed', 'no_show', 'cancelled', 'expired');

-- Price, currency and zone are the promise made at booking time; the catalog may change later.
CREATE TABLE bookings (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid         uuid           NOT NULL UNIQUE,
    client_id   bigint         NOT NULL REFERENCES clients,
    master_id   integer        NOT NULL REFERENCES masters,
    location_id integer        NOT NULL REFERENCES locations,
    status      booking_status NOT NULL,
    starts_at   timestamptz    NOT NULL,
    ends_at     timestamptz    NOT NULL,
    occupied    tstzrange      NOT NULL,
    zone        text           NOT NULL,
    hold_until  timestamptz,
    price_minor bigint         NOT NULL CHECK (price_minor >= 0),
    currency    currency_code  NOT NULL,
    sequence    integer        NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    created_at  timestamptz    NOT NULL,
    status_at   timestamptz    NOT NULL,
    CONSTRAINT booking_visit_order CHECK (starts_at < ends_at),
    -- NULL, empty and unbounded ranges would slip through an exclusion constraint.
    CONSTRAINT booking_occupied_bounded CHECK (
        NOT isempty(occupied) AND NOT lower_inf(occupied) AND NOT upper_inf(occupied)
        AND isfinite(lower(occupied)) AND isfinite(upper(occupied))
        AND lower_inc(occupied) AND NOT upper_inc(occupied)),
    CONSTRAINT booking_occupied_covers_visit CHECK (occupied @> tstzrange(starts_at, ends_at, '[)')),
    CONSTRAINT booking_hold_has_an_end CHECK
        ((status IN ('held', 'awaiting_payment')) = (hold_until IS NOT NULL)),
    CONSTRAINT booking_master_overlap EXCLUDE USING gist (master_id WITH =, occupied WITH &&)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed')),
    CONSTRAINT booking_client_overlap
        EXCLUDE USING gist (client_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)
        WHERE (status IN ('held', 'awaiting_payment', 'confirmed'))
);
CREATE UNIQUE INDEX booking_one_hold ON bookings (client_id)
    WHERE status IN ('held', 'awaiting_payment');
CREATE INDEX bookings_by_client ON bookings (client_id, starts_at);
CREATE INDEX bookings_by_master ON bookings (master_id, starts_at);
CREATE INDEX bookings_by_start ON bookings (starts_at);

CREATE TABLE booking_items (
    booking_id  bigint     NOT NULL REFERENCES bookings ON DELETE CASCADE,
    position    smallint   NOT NULL,
    service_id  integer    NOT NULL REFERENCES services,
    names       local_text NOT NULL,
    minutes     integer    NOT NULL CHECK (minutes > 0),
    price_minor bigint     NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (booking_id, position)
);

CREATE TYPE actor AS ENUM ('client', 'master', 'admin', 'system');

-- The audit: one row for each status a booking ever entered.
CREATE TABLE booking_changes (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id     bigint         NOT NULL REFERENCES bookings ON DELETE CASCADE,
    at             timestamptz    NOT NULL,
    from_status    booking_status,
    to_status      booking_status NOT NULL,
    actor          actor          NOT NULL,
    actor_id       bigint,
    correlation_id uuid           NOT NULL
);
CREATE INDEX booking_changes_by_booking ON booking_changes (booking_id);

-- Conversations and the inbox ------------------------------------------------------------------

-- message_id is the living message: the one that shows the current screen.
CREATE TABLE conversations (
    telegram_id bigint      NOT NULL PRIMARY KEY,
    stack       jsonb       NOT NULL,
    rev         bigint      NOT NULL CHECK (rev > 0),
    message_id  integer,
    updated_at  timestamptz NOT NULL
);

-- received → applied (effect and conversation committed) → done (shown to the person) | failed.
CREATE TYPE inbox_state AS ENUM ('received', 'applied', 'done', 'failed');

-- attempts counts how often it was claimed; doubts, how often it ended without knowing whether its message arrived.
-- The payload is JSON as text: jsonb refuses some of what people can write, such as U+0000.
CREATE TABLE inbox (
    update_id      bigint      NOT NULL PRIMARY KEY,
    person         bigint,
    payload        text        NOT NULL,
    state          inbox_state NOT NULL,
    correlation_id uuid        NOT NULL,
    reply          jsonb,
    received_at    timestamptz NOT NULL,
    not_before     timestamptz NOT NULL,
    attempts       integer     NOT NULL DEFAULT 0,
    doubts         integer     NOT NULL DEFAULT 0,
    lease_id       uuid,
    lease_until    timestamptz,
    finished_at    timestamptz,
    error          text,
    CONSTRAINT inbox_lease CHECK ((lease_id IS NULL) = (lease_until IS NULL)),
    CONSTRAINT inbox_finished CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
CREATE INDEX inbox_unfinished ON inbox (update_id) WHERE state IN ('received', 'applied');
CREATE INDEX inbox_unfinished_by_person ON inbox (person, update_id) WHERE state IN ('received', 'applied');
-- One update of a person in flight at a time, over all replicas.
CREATE UNIQUE INDEX inbox_one_in_flight ON inbox (person)
    WHERE lease_id IS NOT NULL AND state IN ('received', 'applied');
