DELETE FROM created_tables WHERE table_name = ?
