DROP INDEX waitlist_of_client, series_by_client, invoices_by_client, outbox_forgotten, outbox_by_recipient, inbox_by_person,
    payments_by_payer, strangers_by_age, conversations_by_age;
DROP TABLE kept_regards, forgotten_codes, erasures;
DROP TYPE erasure_state;
ALTER TABLE clients DROP COLUMN forgotten_at;
DROP TABLE client_views;
ALTER TABLE locations DROP COLUMN discreet;
