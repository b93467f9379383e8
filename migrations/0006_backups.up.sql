-- asked → running → done or failed.
CREATE TYPE backup_state AS ENUM ('asked', 'running', 'done', 'failed');

-- Backups that were due or that somebody wanted, and what became of them.
CREATE TABLE backups (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Who wanted it, by their Telegram account; NULL for the nightly one, which goes to every admin.
    asked_by       bigint,
    asked_at       timestamptz  NOT NULL,
    state          backup_state NOT NULL,
    state_at       timestamptz  NOT NULL,
    -- Until then it belongs to the process that makes it.
    lease_id       uuid,
    lease_until    timestamptz,
    attempts       integer      NOT NULL DEFAULT 0,
    name           text,
    bytes          bigint       CHECK (bytes > 0),
    database_bytes bigint       CHECK (database_bytes > 0),
    sha256         text,
    parts          integer      CHECK (parts > 0),
    -- Restored and compared before it was sent.
    is_proven      boolean,
    error          text,
    CONSTRAINT backup_leased CHECK ((lease_id IS NULL) = (lease_until IS NULL)),
    CONSTRAINT backup_done CHECK (state <> 'done' OR sha256 IS NOT NULL),
    CONSTRAINT backup_failed CHECK (state <> 'failed' OR error IS NOT NULL)
);
-- One at a time.
CREATE UNIQUE INDEX backups_one_open ON backups ((true)) WHERE state IN ('asked', 'running');
CREATE INDEX backups_by_time ON backups (asked_at);

-- Where its parts are, so that they are found again.
CREATE TABLE backup_messages (
    backup_id  bigint      NOT NULL REFERENCES backups ON DELETE CASCADE,
    recipient  bigint      NOT NULL,
    part       integer     NOT NULL CHECK (part > 0),
    message_id integer     NOT NULL,
    sent_at    timestamptz NOT NULL,
    PRIMARY KEY (backup_id, recipient, part)
);
