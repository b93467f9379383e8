-- Rules of prepayment -----------------------------------------------------------------------------

-- What clients pay beforehand: {"everyone": ["percent", 30], "new": ["full", 0], "flagged": ["fixed", 2000]}; fixed amounts in
-- minor units. What a service says counts before what its location says.
CREATE DOMAIN deposit_rules AS jsonb CHECK (jsonb_typeof(VALUE) = 'object');
ALTER TABLE locations ADD COLUMN deposits deposit_rules NOT NULL DEFAULT '{}';
ALTER TABLE services ADD COLUMN deposits deposit_rules NOT NULL DEFAULT '{}';
-- The share of what was paid that is kept when a visit is cancelled late; the rest goes back.
ALTER TABLE locations ADD COLUMN late_fee_percent smallint NOT NULL DEFAULT 100 CHECK (late_fee_percent BETWEEN 0 AND 100);

-- Where money is. The first four are what the business has; the others, what it owes or has earned.
CREATE TYPE ledger_account AS ENUM
    ('stars', 'provider', 'cash', 'card', 'deposits', 'vouchers', 'refunds', 'unknown', 'sales', 'fees', 'tips');
CREATE TYPE deposit_reason AS ENUM ('usual', 'new', 'flagged', 'voucher');

ALTER TABLE bookings
    -- What is to be paid before it is confirmed, and why; a promise like the price.
    ADD COLUMN deposit_minor  bigint CHECK (deposit_minor > 0),
    ADD COLUMN deposit_reason deposit_reason,
    -- Where the money is that was paid for it; NULL when none was.
    ADD COLUMN money          ledger_account,
    -- What was paid for it at the desk, and how.
    ADD COLUMN desk           ledger_account CHECK (desk IN ('cash', 'card')),
    ADD COLUMN desk_minor     bigint CHECK (desk_minor > 0),
    ADD CONSTRAINT booking_desk_has_an_amount CHECK ((desk IS NULL) = (desk_minor IS NULL)),
    ADD CONSTRAINT booking_deposit_has_a_reason CHECK ((deposit_minor IS NULL) = (deposit_reason IS NULL)),
    -- Nobody's visit stands unpaid that had to be paid.
    ADD CONSTRAINT booking_confirmed_is_paid CHECK
        (status <> 'confirmed' OR deposit_minor IS NULL OR money IS NOT DISTINCT FROM 'deposits'),
    ADD CONSTRAINT booking_money_known CHECK (money IN ('deposits', 'vouchers', 'refunds', 'sales', 'fees'));
DROP INDEX bookings_on_hold;
CREATE INDEX bookings_on_hold ON bookings (hold_until) WHERE status IN ('held', 'awaiting_payment');
CREATE INDEX bookings_whose_money_follows ON bookings (id)
    WHERE money = 'deposits' AND status <> 'confirmed' OR money = 'sales' AND status <> 'completed'
       OR money = 'fees' AND status = 'completed';

-- Invoices ----------------------------------------------------------------------------------------

CREATE TYPE payment_method AS ENUM ('stars', 'provider');

-- open → pledged (Telegram was told to charge) → paid; void when it is for nothing any more. Money may come for a void one.
CREATE TYPE invoice_state AS ENUM ('open', 'pledged', 'paid', 'void');

CREATE TYPE invoice_purpose AS ENUM ('deposit', 'tip', 'voucher');

CREATE TABLE invoices (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- What Telegram gives back with a payment; says nothing to anybody else.
    payload      uuid           NOT NULL UNIQUE,
    client_id    bigint         NOT NULL REFERENCES clients,
    booking_id   bigint         NOT NULL REFERENCES bookings,
    purpose      invoice_purpose NOT NULL,
    method       payment_method NOT NULL,
    amount_minor bigint         NOT NULL CHECK (amount_minor > 0),
    currency     currency_code  NOT NULL,
    state        invoice_state  NOT NULL,
    created_at   timestamptz    NOT NULL,
    state_at     timestamptz    NOT NULL,
    -- The message that shows it has been taken away, or never will be.
    is_closed    boolean        NOT NULL DEFAULT false,
    CONSTRAINT invoice_stars CHECK ((method = 'stars') = (currency = 'XTR'))
);
CREATE UNIQUE INDEX invoices_one_live ON invoices (booking_id, purpose) WHERE state IN ('open', 'pledged');
CREATE INDEX invoices_by_booking ON invoices (booking_id);
CREATE INDEX invoices_to_close ON invoices (id) WHERE state = 'void' AND NOT is_closed;

CREATE FUNCTION invoice_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN
        (('open', 'pledged'), ('open', 'paid'), ('open', 'void'), ('pledged', 'paid'), ('pledged', 'void'), ('void', 'paid'))
    THEN
        RAISE EXCEPTION 'an invoice does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_goes_on BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION invoice_goes_on();

-- Whatever ends a booking that awaits payment, its invoice is for nothing from then on.
CREATE FUNCTION booking_voids_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET state = 'void', state_at = NEW.status_at
    WHERE booking_id = NEW.id AND state IN ('open', 'pledged');
    RETURN NULL;
END $$;
CREATE TRIGGER booking_voids_invoices AFTER UPDATE OF status ON bookings FOR EACH ROW
    WHEN (OLD.status = 'awaiting_payment' AND NEW.status IN ('expired', 'cancelled'))
    EXECUTE FUNCTION booking_voids_invoices();

-- Payments and what goes back ---------------------------------------------------------------------

-- As Telegram told it, so nothing is checked: whatever came must have a row. Without an invoice it is nobody's yet.
CREATE TABLE payments (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    charge_id          text        NOT NULL UNIQUE,
    provider_charge_id text        NOT NULL,
    payer              bigint      NOT NULL,
    payload            text        NOT NULL,
    amount_minor       bigint      NOT NULL,
    currency           text        NOT NULL,
    invoice_id         bigint      REFERENCES invoices,
    received_at        timestamptz NOT NULL
);
CREATE INDEX payments_by_invoice ON payments (invoice_id);

CREATE TYPE refund_reason AS ENUM ('cancelled', 'late', 'duplicate', 'mismatch', 'unknown');
CREATE TYPE refund_state AS ENUM ('due', 'done');

-- One for each payment that goes back.
CREATE TABLE refunds (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id   bigint        NOT NULL UNIQUE REFERENCES payments,
    -- All of the payment, or the part of it that is not kept.
    amount_minor bigint        NOT NULL,
    reason       refund_reason NOT NULL,
    state        refund_state  NOT NULL,
    -- Waits for a person: nothing can, or should, give it back by itself.
    by_hand      boolean       NOT NULL,
    requested_at timestamptz   NOT NULL,
    done_at      timestamptz,
    -- The admin who has given it back by hand.
    done_by      bigint,
    CONSTRAINT refund_done CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX refunds_due ON refunds (id) WHERE state = 'due';

-- The ledger --------------------------------------------------------------------------------------

-- Each movement has both its ends in one row, so it balances by itself; nothing is ever changed or removed.
CREATE TABLE ledger (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz    NOT NULL,
    debit        ledger_account NOT NULL,
    credit       ledger_account NOT NULL,
    amount_minor bigint         NOT NULL CHECK (amount_minor > 0),
    currency     text           NOT NULL,
    booking_id   bigint         REFERENCES bookings,
    payment_id   bigint         REFERENCES payments,
    CONSTRAINT ledger_moves CHECK (debit <> credit)
);
CREATE INDEX ledger_by_booking ON ledger (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX ledger_by_payment ON ledger (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX ledger_by_time ON ledger (at);

CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_is_kept BEFORE UPDATE OR DELETE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_kept();
