DROP TABLE ledger, refunds, payments, invoices;
DROP TRIGGER booking_voids_invoices ON bookings;
DROP FUNCTION booking_voids_invoices, invoice_goes_on, ledger_is_kept;
DROP TYPE refund_state, refund_reason, invoice_state, invoice_purpose, payment_method;

DROP INDEX bookings_whose_money_follows;
DROP INDEX bookings_on_hold;
CREATE INDEX bookings_on_hold ON bookings (hold_until) WHERE status = 'held';
ALTER TABLE bookings
    DROP CONSTRAINT booking_deposit_has_a_reason,
    DROP CONSTRAINT booking_confirmed_is_paid,
    DROP CONSTRAINT booking_money_known,
    DROP CONSTRAINT booking_desk_has_an_amount,
    DROP COLUMN desk,
    DROP COLUMN desk_minor,
    DROP COLUMN deposit_minor,
    DROP COLUMN deposit_reason,
    DROP COLUMN money;
DROP TYPE deposit_reason, ledger_account;

ALTER TABLE services DROP COLUMN deposits;
ALTER TABLE locations DROP COLUMN deposits, DROP COLUMN late_fee_percent;
DROP DOMAIN deposit_rules;
