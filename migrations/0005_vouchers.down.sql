ALTER TABLE bookings DROP COLUMN promo_id, DROP COLUMN discount_minor, DROP COLUMN late_fee_percent;
DROP TABLE promos;

-- Money that paid for vouchers stays in the books; what it was for is not known any more.
UPDATE payments SET invoice_id = NULL WHERE invoice_id IN (SELECT id FROM invoices WHERE purpose = 'voucher');
DELETE FROM invoices WHERE purpose = 'voucher';
ALTER TABLE ledger DROP COLUMN voucher_id;
ALTER TABLE refunds DROP COLUMN voucher_id;
ALTER TABLE invoices DROP CONSTRAINT invoice_is_about, DROP COLUMN voucher_id;
ALTER TABLE invoices ALTER COLUMN booking_id SET NOT NULL;
DROP TABLE voucher_uses, vouchers, voucher_types;
DROP TYPE voucher_state;
