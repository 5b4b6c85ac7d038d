-- Tables of the platform's schema that the administrator owns: an earlier version of the platform logged in as the administrator.
SELECT tablename FROM pg_tables WHERE schemaname = 'sparkify' AND tableowner = CURRENT_USER
