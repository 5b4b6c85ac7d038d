-- Tables that the platform has created; other tables of the schema are other people's.
SELECT table_name FROM sparkify.created_tables
