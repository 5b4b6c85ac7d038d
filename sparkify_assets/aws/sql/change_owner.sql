ALTER TABLE sparkify.:table OWNER TO sparkify_loader
