-- Rows that the last COPY of this session read.
SELECT PG_LAST_COPY_COUNT() AS copied
