-- State that every load, reset and restored backup changes: the number of files in staging, and when the newest was loaded.
SELECT COUNT(*) AS files, MAX(loaded_at) AS newest FROM load_history
