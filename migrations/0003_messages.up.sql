-- People as far as messages are concerned ---------------------------------------------------------

-- Whoever has settings of their own, or cannot be reached; clients and staff alike. Quiet hours are minutes after the
-- local midnight and may run over it; without a zone they are on the clock of the business.
CREATE TABLE recipients (
    telegram_id       bigint   NOT NULL PRIMARY KEY,
    unreachable_since timestamptz,
    quiet_from        smallint CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to          smallint CHECK (quiet_to BETWEEN 0 AND 1439),
    zone              text,
    -- The kinds of messages that they do not want.
    muted             text[]   NOT NULL DEFAULT '{}',
    CONSTRAINT recipients_quiet CHECK ((quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to)
);

-- The outbox: what somebody is to be told, written with the fact that it tells of ------------------

-- waiting → sent | skipped (of no use any more) | unreachable | dropped (in doubt, or by the admin) | parked (tried enough).
CREATE TYPE outbox_state AS ENUM ('waiting', 'sent', 'skipped', 'unreachable', 'dropped', 'parked');

CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dedupe_key   text         NOT NULL UNIQUE,
    recipient    bigint       NOT NULL,
    kind         text         NOT NULL,
    payload      jsonb        NOT NULL,
    booking_id   bigint       REFERENCES bookings ON DELETE CASCADE,
    -- 0 goes first.
    priority     smallint     NOT NULL CHECK (priority BETWEEN 0 AND 3),
    -- Whether it is sent again when nobody knows whether it arrived.
    resends      boolean      NOT NULL,
    state        outbox_state NOT NULL,
    created_at   timestamptz  NOT NULL,
    not_before   timestamptz  NOT NULL,
    useful_until timestamptz,
    -- After a failed attempt; in an outage it ends with the outage.
    retry_at     timestamptz,
    in_outage    boolean      NOT NULL DEFAULT false,
    attempts     integer      NOT NULL DEFAULT 0,
    lease_id     uuid,
    lease_until  timestamptz,
    finished_at  timestamptz,
    message_id   integer,
    error        text,
    CONSTRAINT outbox_lease CHECK ((lease_id IS NULL) = (lease_until IS NULL)),
    CONSTRAINT outbox_leased_is_waiting CHECK (lease_id IS NULL OR state = 'waiting'),
    CONSTRAINT outbox_finished CHECK ((state = 'waiting') = (finished_at IS NULL))
);
CREATE INDEX outbox_waiting ON outbox (priority, not_before, id) WHERE state = 'waiting';
CREATE INDEX outbox_waiting_by_recipient ON outbox (recipient, priority, id) WHERE state = 'waiting';
CREATE INDEX outbox_useful ON outbox (useful_until) WHERE state = 'waiting' AND useful_until IS NOT NULL;
CREATE INDEX outbox_in_outage ON outbox (id) WHERE in_outage;
CREATE INDEX outbox_finished_by_time ON outbox (finished_at) WHERE state <> 'waiting';
CREATE INDEX outbox_parked ON outbox (id) WHERE state = 'parked';
CREATE INDEX outbox_by_booking ON outbox (booking_id) WHERE booking_id IS NOT NULL;
-- One message of a person in flight at a time, over all replicas.
CREATE UNIQUE INDEX outbox_one_in_flight ON outbox (recipient) WHERE lease_id IS NOT NULL;

-- What Telegram's limits have been spent on, over all replicas: for chat 0, which stands for all of them together, and
-- for each chat, the instant until which what was sent uses up the limit.
CREATE TABLE send_budgets (
    chat         bigint      NOT NULL PRIMARY KEY,
    spent_until  timestamptz NOT NULL,
    -- Telegram has asked to leave this chat alone until then.
    closed_until timestamptz
);
INSERT INTO send_budgets (chat, spent_until) VALUES (0, '1970-01-01 00:00Z');

-- The living card of a visit in a person's chat: the one message about it that is kept up to date.
CREATE TABLE cards (
    booking_id  bigint  NOT NULL REFERENCES bookings ON DELETE CASCADE,
    telegram_id bigint  NOT NULL,
    message_id  integer NOT NULL,
    PRIMARY KEY (booking_id, telegram_id)
);

-- The booking whose card the living message is; the next screen then gets a message of its own.
ALTER TABLE conversations ADD COLUMN card_of bigint REFERENCES bookings ON DELETE SET NULL;

-- Reminders --------------------------------------------------------------------------------------

-- How long before a visit its client is reminded: whole days on the wall, and minutes of elapsed time.
CREATE DOMAIN reminder_leads AS jsonb CHECK (jsonb_typeof(VALUE) = 'array' AND jsonb_array_length(VALUE) <= 5);
ALTER TABLE locations ADD COLUMN reminders reminder_leads NOT NULL DEFAULT '[[0, 1440], [0, 180]]';
-- NULL is as the location says.
ALTER TABLE services ADD COLUMN reminders reminder_leads;

CREATE TYPE reminder_state AS ENUM ('planned', 'queued', 'skipped');

CREATE TABLE reminders (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id   bigint         NOT NULL REFERENCES bookings ON DELETE CASCADE,
    lead_days    integer        NOT NULL CHECK (lead_days >= 0),
    lead_minutes integer        NOT NULL CHECK (lead_minutes >= 0),
    due_at       timestamptz    NOT NULL,
    -- due_at, but outside of the client's quiet hours.
    send_at      timestamptz    NOT NULL,
    useful_until timestamptz    NOT NULL,
    state        reminder_state NOT NULL,
    state_at     timestamptz    NOT NULL,
    CONSTRAINT reminders_once UNIQUE (booking_id, lead_days, lead_minutes, due_at)
);
CREATE INDEX reminders_planned ON reminders (send_at) WHERE state = 'planned';

-- What becomes of a visit ------------------------------------------------------------------------

-- What a hold is for: the client is choosing, a waiting client was offered it, or the staff has yet to approve.
CREATE TYPE hold_purpose AS ENUM ('picked', 'offered', 'requested');

ALTER TABLE bookings
    ADD COLUMN purpose          hold_purpose NOT NULL DEFAULT 'picked',
    -- The client has said that they are coming.
    ADD COLUMN coming_at        timestamptz,
    -- By how much the client, or the master, has said to be late.
    ADD COLUMN client_late      integer      NOT NULL DEFAULT 0 CHECK (client_late BETWEEN 0 AND 240),
    ADD COLUMN delay            integer      NOT NULL DEFAULT 0 CHECK (delay BETWEEN 0 AND 240),
    ADD COLUMN outcome_asked_at timestamptz,
    ADD COLUMN came_late        boolean      NOT NULL DEFAULT false,
    ADD COLUMN by_studio        boolean      NOT NULL DEFAULT false,
    ADD CONSTRAINT booking_came_late_has_come CHECK (NOT came_late OR status = 'completed'),
    ADD CONSTRAINT booking_by_studio_is_off CHECK (NOT by_studio OR status IN ('cancelled', 'expired'));
CREATE INDEX bookings_to_ask_about ON bookings (ends_at) WHERE status = 'confirmed' AND outcome_asked_at IS NULL;
CREATE INDEX bookings_unanswered ON bookings (master_id, ends_at)
    WHERE status = 'confirmed' AND outcome_asked_at IS NOT NULL;
CREATE INDEX booking_changes_by_time ON booking_changes (at);

-- One hold of each purpose but "offered", of which there is one per place in the waitlist.
DROP INDEX booking_one_hold;
CREATE UNIQUE INDEX booking_one_hold ON bookings (client_id)
    WHERE status IN ('held', 'awaiting_payment') AND purpose = 'picked';
CREATE UNIQUE INDEX booking_one_request ON bookings (client_id) WHERE status = 'held' AND purpose = 'requested';

CREATE TABLE ratings (
    booking_id bigint      NOT NULL PRIMARY KEY REFERENCES bookings ON DELETE CASCADE,
    stars      smallint    NOT NULL CHECK (stars BETWEEN 1 AND 5),
    comment    text        CHECK (char_length(comment) BETWEEN 1 AND 1000),
    rated_at   timestamptz NOT NULL
);

ALTER TABLE locations
    -- After so many no-shows a client is flagged; NULL is never. So many kept visits in a row forgive them.
    ADD COLUMN flag_after    integer CHECK (flag_after BETWEEN 1 AND 20),
    ADD COLUMN forgive_after integer NOT NULL DEFAULT 3 CHECK (forgive_after BETWEEN 1 AND 50),
    -- Whether the staff must approve what a flagged client books.
    ADD COLUMN approve_flagged boolean NOT NULL DEFAULT false,
    -- How long a waiting client has for an offered time.
    ADD COLUMN offer_minutes integer NOT NULL DEFAULT 15 CHECK (offer_minutes BETWEEN 2 AND 240);

-- The waitlist -----------------------------------------------------------------------------------

CREATE TYPE waitlist_state AS ENUM ('waiting', 'served', 'left', 'over');

CREATE TABLE waitlist (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint         NOT NULL REFERENCES clients,
    location_id  integer        NOT NULL REFERENCES locations,
    service_ids  integer[]      NOT NULL CHECK (cardinality(service_ids) > 0),
    -- NULL is anyone.
    master_id    integer        REFERENCES masters,
    -- The visit that an earlier time is wished for.
    booking_id   bigint         REFERENCES bookings,
    -- Dates and hours on the wall of the location; weekdays as ISO numbers.
    first_day    date           NOT NULL,
    last_day     date           NOT NULL,
    weekdays     integer[]      NOT NULL CHECK (weekdays <@ '{1,2,3,4,5,6,7}'::integer[] AND cardinality(weekdays) > 0),
    from_minute  smallint       NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
    to_minute    smallint       NOT NULL CHECK (to_minute BETWEEN 1 AND 1440),
    state        waitlist_state NOT NULL,
    created_at   timestamptz    NOT NULL,
    state_at     timestamptz    NOT NULL,
    CONSTRAINT waitlist_days CHECK (first_day <= last_day),
    CONSTRAINT waitlist_hours CHECK (from_minute < to_minute)
);
CREATE INDEX waitlist_waiting ON waitlist (id) WHERE state = 'waiting';
CREATE INDEX waitlist_by_client ON waitlist (client_id) WHERE state = 'waiting';

CREATE TYPE offer_state AS ENUM ('open', 'accepted', 'declined', 'lapsed');

CREATE TABLE offers (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    waitlist_id bigint      NOT NULL REFERENCES waitlist,
    -- The hold that keeps the time for its client.
    booking_id  bigint      NOT NULL UNIQUE REFERENCES bookings,
    master_id   integer     NOT NULL REFERENCES masters,
    starts_at   timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    state       offer_state NOT NULL,
    made_at     timestamptz NOT NULL
);
CREATE UNIQUE INDEX offers_one_open ON offers (waitlist_id) WHERE state = 'open';
CREATE INDEX offers_by_waitlist ON offers (waitlist_id);

-- Jobs -------------------------------------------------------------------------------------------

CREATE TABLE jobs (
    name         text        NOT NULL PRIMARY KEY,
    lease_id     uuid,
    lease_until  timestamptz,
    first_seen   timestamptz NOT NULL,
    started_at   timestamptz,
    succeeded_at timestamptz,
    took_ms      integer,
    -- What the last run that had something to do got done.
    done         bigint      NOT NULL DEFAULT 0,
    done_at      timestamptz,
    failures     integer     NOT NULL DEFAULT 0,
    error        text,
    CONSTRAINT jobs_lease CHECK ((lease_id IS NULL) = (lease_until IS NULL))
);

CREATE INDEX inbox_finished_by_time ON inbox (finished_at) WHERE state IN ('done', 'failed');
