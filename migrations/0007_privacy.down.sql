DROP INDEX outbox_by_recipient, inbox_by_person, payments_by_payer, strangers_by_age, conversations_by_age;
DROP TABLE erasures;
DROP TYPE erasure_state;
ALTER TABLE clients DROP COLUMN forgotten_at;
DROP TABLE client_views;
ALTER TABLE locations DROP COLUMN discreet;
