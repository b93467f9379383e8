DROP TABLE backup_messages, backups;
DROP TYPE backup_state;
