-- Number of rows that the last COPY of this session loaded.
SELECT PG_LAST_COPY_COUNT() AS copied
