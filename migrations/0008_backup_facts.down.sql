ALTER TABLE backups DROP COLUMN taken_at;
