-- Columns of the tables of a schema.
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable
FROM svv_columns
WHERE table_schema = ?
