UPDATE created_tables SET code_version = ? WHERE table_name = ?
