-- When what is in a backup was read: however late it arrived, it is that old. NULL in rows of earlier versions.
ALTER TABLE backups ADD COLUMN taken_at timestamptz;
