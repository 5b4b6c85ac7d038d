-- When each staging table was last loaded.
SELECT table_name, MAX(loaded_at) AS loaded_at
FROM load_history
GROUP BY table_name
