SELECT table_name, code_version FROM created_tables
