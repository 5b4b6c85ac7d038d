GRANT USAGE, CREATE ON SCHEMA sparkify TO sparkify_loader
