-- What changes with every load and every reset, and goes back with a backup: how many files staging holds, and when the newest was loaded.
SELECT COUNT(*) AS files, MAX(loaded_at) AS newest FROM load_history
