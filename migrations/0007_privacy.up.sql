-- Discretion --------------------------------------------------------------------------------------

-- Whether messages, invoices and calendar files keep to themselves what a visit is for. NULL is: with therapists.
ALTER TABLE locations ADD COLUMN discreet boolean;

-- Who has looked at whom --------------------------------------------------------------------------

-- Members of the staff who have opened what is known of a client, by their Telegram accounts.
CREATE TABLE client_views (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint      NOT NULL REFERENCES clients ON DELETE CASCADE,
    -- NULL is a table.
    booking_id bigint      REFERENCES bookings ON DELETE CASCADE,
    viewer     bigint      NOT NULL,
    -- Who that was, as a master; NULL is the management.
    master_id  integer     REFERENCES masters ON DELETE SET NULL,
    seen_at    timestamptz NOT NULL
);
CREATE INDEX client_views_by_client ON client_views (client_id, seen_at);
CREATE INDEX client_views_by_time ON client_views (seen_at);

-- Being forgotten ---------------------------------------------------------------------------------

-- From then on the row is nobody: it only holds together figures and accounts.
ALTER TABLE clients ADD COLUMN forgotten_at timestamptz;

-- asked → done, or withdrawn by the client before it was due.
CREATE TYPE erasure_state AS ENUM ('asked', 'withdrawn', 'done');

-- Kept for as long as backups are that know the client still: whoever restores one must forget them anew.
CREATE TABLE erasures (
    id        bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint        NOT NULL REFERENCES clients ON DELETE CASCADE,
    asked_at  timestamptz   NOT NULL,
    due_at    timestamptz   NOT NULL,
    state     erasure_state NOT NULL,
    state_at  timestamptz   NOT NULL,
    CONSTRAINT erasure_cools CHECK (due_at >= asked_at)
);
CREATE UNIQUE INDEX erasures_one_open ON erasures (client_id) WHERE state = 'asked';
CREATE INDEX erasures_due ON erasures (due_at) WHERE state = 'asked';
CREATE INDEX erasures_by_client ON erasures (client_id);

-- Codes of clients who were forgotten and whom this database does not know: it was restored from a backup that is older than
-- they are, and may be replaced by one that is not.
CREATE TABLE forgotten_codes (
    code text NOT NULL PRIMARY KEY
);

-- Whom the staff has flagged or blocked does not become somebody else by being forgotten.
CREATE TABLE kept_regards (
    telegram_id bigint        NOT NULL PRIMARY KEY,
    regard      client_regard NOT NULL,
    kept_until  timestamptz   NOT NULL
);

-- What becomes old, and what is looked for by whose it is ------------------------------------------

CREATE INDEX conversations_by_age ON conversations (updated_at);
CREATE INDEX strangers_by_age ON clients (created_at) WHERE consented_at IS NULL AND forgotten_at IS NULL;
CREATE INDEX payments_by_payer ON payments (payer);
CREATE INDEX inbox_by_person ON inbox (person) WHERE state IN ('done', 'failed');
CREATE INDEX outbox_by_recipient ON outbox (recipient);
CREATE INDEX outbox_forgotten ON outbox (id) WHERE kind = 'forgotten';
CREATE INDEX invoices_by_client ON invoices (client_id);
CREATE INDEX series_by_client ON series (client_id);
CREATE INDEX waitlist_of_client ON waitlist (client_id);
