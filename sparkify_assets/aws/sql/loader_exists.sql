-- Whether the platform's user exists: CREATE USER knows no IF NOT EXISTS.
SELECT usename FROM pg_user WHERE usename = 'sparkify_loader'
