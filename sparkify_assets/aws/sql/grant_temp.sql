GRANT TEMP ON DATABASE :database TO sparkify_loader
