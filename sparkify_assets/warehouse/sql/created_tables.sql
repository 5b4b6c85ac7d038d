SELECT table_name FROM created_tables
