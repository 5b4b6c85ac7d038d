DELETE FROM pending_refreshes WHERE table_name IN (?)
