-- Vouchers: so many visits of one service, or an amount for anything ------------------------------

-- What can be bought.
CREATE TABLE voucher_types (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         catalog_key NOT NULL UNIQUE,
    -- In whose currency it is paid, and whose services it is for.
    location_id integer     NOT NULL REFERENCES locations,
    names       local_text  NOT NULL,
    -- NULL is worth its price.
    service_id  integer     REFERENCES services,
    visits      integer     CHECK (visits BETWEEN 1 AND 100),
    price_minor bigint      NOT NULL CHECK (price_minor > 0),
    valid_days  integer     NOT NULL CHECK (valid_days BETWEEN 1 AND 3660),
    position    integer     NOT NULL,
    active      boolean     NOT NULL,
    CONSTRAINT voucher_type_visits CHECK ((service_id IS NULL) = (visits IS NULL)),
    -- No visit is for nothing.
    CONSTRAINT voucher_type_share CHECK (price_minor >= visits)
);
CREATE INDEX voucher_types_by_service ON voucher_types (service_id);

-- unpaid → live → over, which is when its time has run out.
CREATE TYPE voucher_state AS ENUM ('unpaid', 'live', 'over');

CREATE TABLE vouchers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- As it was sold; NULL for one that took the place of money which was to go back.
    names        local_text,
    service_id   integer       REFERENCES services,
    visits       integer       CHECK (visits > 0),
    price_minor  bigint        NOT NULL CHECK (price_minor > 0),
    currency     currency_code NOT NULL,
    valid_days   integer       NOT NULL CHECK (valid_days > 0),
    buyer_id     bigint        NOT NULL REFERENCES clients,
    -- Whose it is; nobody's while a gift waits for its taker.
    client_id    bigint        REFERENCES clients,
    -- What a gift's link says until somebody has taken it.
    token        uuid          UNIQUE,
    state        voucher_state NOT NULL,
    -- What of its price has not been used, which is what the ledger owes for it; and the visits that are left.
    left_minor   bigint        NOT NULL,
    left_visits  integer,
    ends_at      timestamptz,
    created_at   timestamptz   NOT NULL,
    CONSTRAINT voucher_visits CHECK ((service_id IS NULL) = (visits IS NULL) AND (visits IS NULL) = (left_visits IS NULL)),
    CONSTRAINT voucher_left CHECK (left_minor BETWEEN 0 AND price_minor AND left_visits BETWEEN 0 AND visits),
    CONSTRAINT voucher_share CHECK
        (price_minor >= visits AND (state = 'unpaid' OR (left_minor = 0) <= (left_visits = 0))),
    CONSTRAINT voucher_is_somebodys CHECK ((client_id IS NULL) = (token IS NOT NULL)),
    CONSTRAINT voucher_ends CHECK ((state = 'unpaid') = (ends_at IS NULL)),
    CONSTRAINT voucher_over_is_empty CHECK (state = 'live' OR left_minor = 0)
);
CREATE INDEX vouchers_by_client ON vouchers (client_id);
CREATE INDEX vouchers_by_buyer ON vouchers (buyer_id);
CREATE INDEX vouchers_by_service ON vouchers (service_id);
CREATE INDEX vouchers_to_end ON vouchers (ends_at) WHERE state = 'live';

-- What a voucher pays of a visit.
CREATE TABLE voucher_uses (
    booking_id    bigint      PRIMARY KEY REFERENCES bookings,
    voucher_id    bigint      NOT NULL REFERENCES vouchers,
    amount_minor  bigint      NOT NULL CHECK (amount_minor >= 0),
    -- One of its visits, and not an amount.
    is_visit      boolean     NOT NULL,
    used_at       timestamptz NOT NULL,
    -- When the visit was cancelled and the voucher had it again.
    given_back_at timestamptz
);
CREATE INDEX voucher_uses_by_voucher ON voucher_uses (voucher_id);

-- An invoice is about a visit or about a voucher.
ALTER TABLE invoices ALTER COLUMN booking_id DROP NOT NULL;
ALTER TABLE invoices
    ADD COLUMN voucher_id bigint UNIQUE REFERENCES vouchers,
    ADD CONSTRAINT invoice_is_about CHECK
        ((purpose = 'voucher') = (voucher_id IS NOT NULL) AND (voucher_id IS NULL) = (booking_id IS NOT NULL));
ALTER TABLE refunds ADD COLUMN voucher_id bigint UNIQUE REFERENCES vouchers;
ALTER TABLE ledger ADD COLUMN voucher_id bigint REFERENCES vouchers;
CREATE INDEX ledger_by_voucher ON ledger (voucher_id) WHERE voucher_id IS NOT NULL;

-- Promo codes -------------------------------------------------------------------------------------

CREATE TABLE promos (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    location_id     integer  NOT NULL REFERENCES locations,
    code            text     NOT NULL CHECK (code ~ '^[A-Z0-9-]{3,20}$'),
    percent         smallint CHECK (percent BETWEEN 1 AND 100),
    off_minor       bigint   CHECK (off_minor > 0),
    -- Days of the location on which it can be used, both included.
    starts_on       date,
    ends_on         date,
    most_uses       integer  CHECK (most_uses > 0),
    most_per_client integer  CHECK (most_per_client > 0),
    audience        audience NOT NULL,
    position        integer  NOT NULL,
    active          boolean  NOT NULL,
    UNIQUE (location_id, code),
    CONSTRAINT promo_takes_off CHECK ((percent IS NULL) <> (off_minor IS NULL)),
    CONSTRAINT promo_days CHECK (starts_on <= ends_on)
);

ALTER TABLE bookings
    ADD COLUMN promo_id integer REFERENCES promos,
    -- The share that is kept of what was paid, as it was when the visit was cancelled late.
    ADD COLUMN late_fee_percent smallint CHECK (late_fee_percent BETWEEN 0 AND 100),
    -- By how much its price is less than that of its services.
    ADD COLUMN discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0);
CREATE INDEX bookings_by_promo ON bookings (promo_id) WHERE promo_id IS NOT NULL;
