-- What Redshift tells of itself: load errors, loads, tables and their columns.  docs/design/redshift-facts.md has the columns.
-- The tables behind the views are in the schema redshift; the proxy writes them.
-- A row may be there twice (copy_log.py says why), hence SELECT DISTINCT below; number tells equal ones of one COPY apart.
CREATE TABLE redshift.load_error (
    query integer, number integer, session integer, tbl integer, starttime timestamp, filename text, line_number bigint, colname text,
    type text, col_length text, position integer, raw_line text, raw_field_value text, err_code integer, err_reason text
);
CREATE TABLE redshift.load_statement (
    query integer, session integer, table_name text, started timestamp, status text, source text, loaded_rows bigint, bytes bigint,
    files integer, errors bigint, ended timestamp
);
CREATE TABLE redshift.load_file (
    query integer, number integer, filename text, bytes bigint, lines integer, errors integer, curtime timestamp
);
GRANT INSERT ON redshift.load_error, redshift.load_statement, redshift.load_file TO PUBLIC;
-- DISTSTYLE, DISTKEY, SORTKEY as declared: written with CREATE TABLE, in the client's transaction.
CREATE TABLE redshift.physical (tbl oid, diststyle text, distkey text, sortkeys text[]);
GRANT SELECT, INSERT, UPDATE ON redshift.physical TO PUBLIC;
-- REFERENCES as declared: a foreign key without triggers, so that it is told (pg_constraint) and stands in the way of DROP TABLE, but is
-- not enforced. The referred columns may be omitted only where they have the same names here. PostgreSQL's own would need a unique index.
CREATE FUNCTION redshift.refer(child regclass, columns text[], parent regclass, referred text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET allow_system_table_mods = on AS $$
DECLARE
    made oid := pg_nextoid('pg_constraint', 'oid', 'pg_constraint_oid_index');
    stem text := (SELECT relname FROM pg_catalog.pg_class WHERE oid = child) || '_' || array_to_string(columns, '_') || '_fkey';
    own smallint[] := ARRAY(SELECT a.attnum FROM unnest(columns) WITH ORDINALITY AS c (name, n)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = child AND a.attname = c.name ORDER BY c.n);
    theirs smallint[] := ARRAY(SELECT a.attnum FROM unnest(referred) WITH ORDINALITY AS c (name, n)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = parent AND a.attname = c.name ORDER BY c.n);
BEGIN
    IF cardinality(theirs) <> cardinality(referred) OR cardinality(own) <> cardinality(columns) THEN
        RAISE undefined_column USING MESSAGE = 'column referenced in foreign key constraint does not exist';
    END IF;
    INSERT INTO pg_catalog.pg_constraint (oid, conname, connamespace, contype, condeferrable, condeferred, convalidated, conrelid, contypid,
        conindid, conparentid, confrelid, confupdtype, confdeltype, confmatchtype, conislocal, coninhcount, connoinherit, conkey, confkey)
    SELECT made, CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = child AND conname = stem) THEN stem || made ELSE stem END,
        relnamespace, 'f', false, false, true, child, 0, 0, 0, parent, 'a', 'a', 's', true, 0, true, own, theirs
    FROM pg_catalog.pg_class WHERE oid = child;
    INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
    SELECT 'pg_constraint'::regclass, made, 0, 'pg_class'::regclass, child, n, 'a'::"char" FROM unnest(own) AS n
    UNION ALL SELECT 'pg_constraint'::regclass, made, 0, 'pg_class'::regclass, parent, n, 'n' FROM unnest(theirs) AS n;
END $$;
-- ALTER COLUMN … TYPE is for the length of a VARCHAR only.
CREATE FUNCTION redshift.is_text(tbl regclass, name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = tbl AND attname = name AND atttypid <> 'varchar'::regtype) THEN
        RAISE feature_not_supported USING MESSAGE = format('cannot alter column "%s" of relation "%s": only the size of a VARCHAR can be changed', name, tbl);
    END IF;
END $$;

-- A view WITH NO SCHEMA BINDING asks by text, so that it depends on no table; its columns are those of its first answer. Unlike in Redshift the
-- tables must exist when it is created.
CREATE FUNCTION redshift.late(query text) RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE query; END $$;
CREATE FUNCTION redshift.late_view(head text, query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE columns text;
BEGIN
    EXECUTE 'CREATE TEMPORARY VIEW redshift__probe AS ' || query;
    SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) INTO columns
    FROM pg_catalog.pg_attribute WHERE attrelid = 'pg_temp.redshift__probe'::regclass AND attnum > 0;
    DROP VIEW pg_temp.redshift__probe;
    EXECUTE format('%s AS SELECT * FROM redshift.late(%L) AS late (%s)', head, query, columns);
END $$;

-- What was asked: a file of the proxy's for each database, one statement a line.
CREATE FUNCTION redshift.asked() RETURNS SETOF jsonb LANGUAGE sql SECURITY DEFINER AS $$
    SELECT line::jsonb FROM regexp_split_to_table(
        pg_read_file(current_setting('data_directory') || '/../asked/' || current_database(), true), E'\n') AS line WHERE line <> '' $$;

CREATE VIEW pg_catalog.stl_load_errors AS
SELECT 100 AS userid, 0 AS slice, tbl, starttime, session, query, filename::char(256) AS filename, line_number, colname::char(127) AS colname,
    type::char(10) AS type, col_length::char(10) AS col_length, position, raw_line::char(1024) AS raw_line,
    raw_field_value::char(1024) AS raw_field_value, err_code, err_reason::char(100) AS err_reason, 0 AS is_partial, 0::bigint AS start_offset,
    -1::bigint AS copy_job_id
FROM (SELECT DISTINCT * FROM redshift.load_error) AS once;
CREATE VIEW pg_catalog.stl_load_commits AS
SELECT 100 AS userid, query, 0 AS slice, ''::char(256) AS name, filename::char(256) AS filename, bytes::integer AS byte_offset,
    lines AS lines_scanned, errors, curtime, 1 AS status, 'JSON'::char(16) AS file_format, 0 AS is_partial, 0::bigint AS start_offset,
    -1::bigint AS copy_job_id
FROM (SELECT DISTINCT * FROM redshift.load_file) AS once;
CREATE VIEW pg_catalog.sys_load_error_detail AS
SELECT 100 AS user_id, query::bigint AS query_id, query::bigint AS transaction_id, session AS session_id,
    current_database()::char(64) AS database_name, tbl AS table_id, starttime AS start_time, filename::char(256) AS file_name, line_number,
    colname::char(127) AS column_name, type::char(10) AS column_type, col_length::char(10) AS column_length, position,
    err_code AS error_code, err_reason::char(512) AS error_message
FROM (SELECT DISTINCT * FROM redshift.load_error) AS once;
CREATE VIEW pg_catalog.sys_load_history AS
SELECT 100 AS user_id, query::bigint AS query_id, query::bigint AS transaction_id, session AS session_id,
    current_database()::text AS database_name, status, table_name, started AS start_time, ended AS end_time,
    (date_part('epoch', ended - started) * 1000000)::bigint AS duration, source AS data_source, 'json'::text AS file_format, loaded_rows,
    bytes AS loaded_bytes, files AS source_file_count, bytes AS source_file_bytes, files AS file_count_scanned,
    bytes AS file_bytes_scanned, errors AS error_count, -1::bigint AS copy_job_id
FROM (SELECT DISTINCT * FROM redshift.load_statement) AS once;
CREATE VIEW pg_catalog.sys_load_detail AS
SELECT 100 AS user_id, query AS query_id, filename::char(256) AS file_name, bytes::integer AS bytes_scanned, lines AS lines_scanned,
    curtime AS record_time, 1 AS splits_scanned, curtime AS start_time, curtime AS end_time
FROM (SELECT DISTINCT * FROM redshift.load_file) AS once;
GRANT SELECT ON pg_catalog.stl_load_errors, pg_catalog.stl_load_commits, pg_catalog.sys_load_error_detail, pg_catalog.sys_load_history,
    pg_catalog.sys_load_detail TO PUBLIC;

CREATE VIEW pg_catalog.stv_db_isolation_level AS
SELECT d.oid::bigint AS db_id, d.datname AS db_name,
    CASE WHEN current_setting('default_transaction_isolation') = 'serializable' THEN 'Serializable' ELSE 'Snapshot Isolation' END AS isolation_level
FROM pg_catalog.pg_database AS d WHERE d.datname = current_database();
CREATE VIEW pg_catalog.svv_columns AS
SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
    character_maximum_length, numeric_precision, numeric_scale, datetime_precision, col_description(
        (quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass, ordinal_position) AS remarks
FROM information_schema.columns;
CREATE VIEW pg_catalog.svv_all_columns AS
SELECT table_catalog::text AS database_name, table_schema::text AS schema_name, table_name::text AS table_name, column_name::text AS column_name,
    ordinal_position, column_default::text AS column_default, is_nullable::text AS is_nullable, data_type::text AS data_type,
    character_maximum_length, numeric_precision, numeric_scale
FROM information_schema.columns;
CREATE VIEW pg_catalog.svv_tables AS
SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables;
CREATE VIEW pg_catalog.svv_all_tables AS
SELECT table_catalog::text AS database_name, table_schema::text AS schema_name, table_name::text AS table_name,
    CASE table_type WHEN 'BASE TABLE' THEN 'TABLE' ELSE table_type END::text AS table_type
FROM information_schema.tables;
CREATE VIEW pg_catalog.svv_redshift_columns AS
SELECT current_database()::text AS database_name, n.nspname::text AS schema_name, c.relname::text AS table_name, a.attname::text AS column_name,
    a.attnum::integer AS ordinal_position, format_type(a.atttypid, a.atttypmod)::text AS data_type, pg_get_expr(d.adbin, d.adrelid) AS column_default,
    CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END::text AS is_nullable, ''::text AS encoding, coalesce(p.distkey = a.attname, false) AS distkey,
    coalesce(array_position(p.sortkeys, a.attname::text), 0) AS sortkey, ''::text AS column_acl, col_description(c.oid, a.attnum) AS remarks
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN redshift.physical AS p ON p.tbl = c.oid
WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift') AND n.nspname NOT LIKE 'pg\_%'
    AND has_table_privilege(c.oid, 'SELECT');
CREATE VIEW pg_catalog.svv_all_schemas AS
SELECT current_database()::text AS database_name, n.nspname::text AS schema_name, n.nspowner::bigint::integer AS schema_owner, 'local'::text AS schema_type,
    n.nspacl::text AS schema_acl, NULL::text AS source_database, NULL::text AS schema_option
FROM pg_catalog.pg_namespace AS n WHERE n.nspname <> 'redshift' AND n.nspname NOT LIKE 'pg\_t%' AND has_schema_privilege(n.oid, 'USAGE');
CREATE VIEW pg_catalog.svv_external_schemas AS
SELECT 0 AS esoid, 0::smallint AS eskind, ''::text AS schemaname, 0 AS esowner, ''::text AS databasename, ''::text AS esoptions WHERE false;
CREATE VIEW pg_catalog.svv_user_info AS
SELECT rolname::text AS user_name, oid::bigint::integer AS user_id, rolcreatedb AS createdb, rolsuper AS superuser, false AS catalog_update,
    'UNLIMITED'::text AS connection_limit, 'RESTRICTED'::text AS syslog_access
FROM pg_catalog.pg_roles WHERE rolcanlogin;
CREATE VIEW pg_catalog.svv_transactions AS
SELECT a.usename::text AS txn_owner, a.datname::text AS txn_db, l.virtualtransaction AS xid, l.pid, a.xact_start::timestamp AS txn_start,
    l.mode::text AS lock_mode, 'relation'::text AS lockable_object_type, l.relation::bigint::integer AS relation, l.granted
FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid WHERE l.locktype = 'relation' AND a.datname = current_database();
CREATE VIEW pg_catalog.stv_inflight AS
SELECT usesysid::bigint::integer AS userid, 0 AS slice, 0 AS query, ''::char(320) AS label, xact_start::timestamp AS starttime, 0 AS suspended, pid,
    left(query, 100)::char(100) AS text
FROM pg_catalog.pg_stat_activity WHERE state = 'active' AND datname = current_database() AND pid <> pg_backend_pid();
CREATE VIEW pg_catalog.sys_query_history AS
SELECT 100 AS user_id, (q ->> 'id')::bigint AS query_id, (q ->> 'label')::char(320) AS query_label, (q ->> 'id')::bigint AS transaction_id,
    (q ->> 'session')::integer AS session_id, current_database()::char(128) AS database_name, (q ->> 'type')::char(32) AS query_type,
    (q ->> 'status')::char(10) AS status, false AS result_cache_hit, (q ->> 'start')::timestamp AS start_time,
    (q ->> 'start')::timestamp + (q ->> 'elapsed')::bigint * interval '1 microsecond' AS end_time, (q ->> 'elapsed')::bigint AS elapsed_time,
    0::bigint AS queue_time, (q ->> 'elapsed')::bigint AS execution_time, left(q ->> 'sql', 4000)::char(4000) AS query_text
FROM redshift.asked() AS q
WHERE q ->> 'user' = current_user OR (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user);
GRANT SELECT ON pg_catalog.svv_redshift_columns, pg_catalog.svv_all_schemas, pg_catalog.svv_external_schemas, pg_catalog.svv_user_info,
    pg_catalog.svv_transactions, pg_catalog.stv_inflight, pg_catalog.sys_query_history TO PUBLIC;
CREATE VIEW pg_catalog.pg_table_def AS
SELECT n.nspname AS schemaname, c.relname AS tablename, a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
    'none'::text AS encoding, coalesce(p.distkey = a.attname, false) AS distkey,
    coalesce(array_position(p.sortkeys, a.attname::text), 0) AS sortkey, a.attnotnull AS "notnull"
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN redshift.physical AS p ON p.tbl = c.oid
WHERE c.relkind IN ('r', 'v') AND n.nspname = ANY (current_schemas(false));
CREATE VIEW pg_catalog.pg_class_info AS
SELECT c.oid AS reloid, c.relname, c.relnamespace, c.relowner, CASE p.diststyle WHEN 'EVEN' THEN 0 WHEN 'KEY' THEN 1 WHEN 'ALL' THEN 8 ELSE 10 END
    AS releffectivediststyle
FROM pg_catalog.pg_class AS c
LEFT JOIN redshift.physical AS p ON p.tbl = c.oid;
CREATE VIEW pg_catalog.svv_table_info AS
SELECT current_database()::text AS database, n.nspname::text AS schema, c.oid AS table_id, c.relname::text AS "table", 'Y'::text AS encoded,
    CASE WHEN coalesce(p.diststyle, '') = '' THEN 'AUTO(ALL)' WHEN p.diststyle = 'KEY' THEN 'KEY(' || p.distkey || ')' ELSE p.diststyle END AS diststyle,
    coalesce(p.sortkeys[1], 'AUTO(SORTKEY)') AS sortkey1, coalesce(cardinality(p.sortkeys), 0) AS sortkey_num, 1::bigint AS size,
    greatest(c.reltuples, 0)::numeric(38, 0) AS tbl_rows
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN redshift.physical AS p ON p.tbl = c.oid
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift') AND n.nspname NOT LIKE 'pg\_%';
GRANT SELECT ON pg_catalog.stv_db_isolation_level, pg_catalog.svv_columns, pg_catalog.svv_all_columns, pg_catalog.svv_tables,
    pg_catalog.svv_all_tables, pg_catalog.pg_table_def, pg_catalog.pg_class_info, pg_catalog.svv_table_info TO PUBLIC;
