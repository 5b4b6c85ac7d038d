-- Functions that Redshift has and PostgreSQL has not, or has with another answer; in pg_catalog, so that no search path hides them.
-- Run once, by the superuser, in the template database.
SET allow_system_table_mods = on;
CREATE SCHEMA redshift;
GRANT USAGE ON SCHEMA redshift TO PUBLIC;
GRANT ALL ON SCHEMA public TO PUBLIC;

-- Comparisons of texts ignore trailing blanks, everywhere: operators, sorting, hashing, and so joins, IN, DISTINCT, GROUP BY and set operations
-- are those of CHAR (docs/design/redshift-facts.md). LIKE and ~ still see the blanks. Members of a catalog's index on a name are not changed.
UPDATE pg_catalog.pg_operator AS o SET oprcode = c.oprcode
FROM pg_catalog.pg_operator AS c
WHERE o.oprleft = 'text'::regtype AND o.oprright = 'text'::regtype AND c.oprleft = 'bpchar'::regtype AND c.oprright = 'bpchar'::regtype
    AND o.oprname = c.oprname AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=');
UPDATE pg_catalog.pg_amproc AS t SET amproc = c.amproc
FROM pg_catalog.pg_amproc AS c, pg_catalog.pg_opfamily AS tf, pg_catalog.pg_opfamily AS cf
WHERE t.amprocfamily = tf.oid AND c.amprocfamily = cf.oid AND tf.opfname = 'text_ops' AND cf.opfname = 'bpchar_ops' AND tf.opfmethod = cf.opfmethod
    AND t.amproclefttype = 'text'::regtype AND t.amprocrighttype = 'text'::regtype AND t.amprocnum = c.amprocnum;

-- EXTRACT gives whole numbers, has more words for the parts, no fraction in seconds, and milliseconds without the seconds (docs/design/redshift-facts.md).
CREATE FUNCTION redshift.part(part text, moment timestamp) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE lower(part)
        WHEN 'weekday' THEN date_part('dow', moment) WHEN 'dayofweek' THEN date_part('dow', moment) WHEN 'dw' THEN date_part('dow', moment)
        WHEN 'yearday' THEN date_part('doy', moment) WHEN 'dayofyear' THEN date_part('doy', moment)
        WHEN 'second' THEN floor(date_part('second', moment)) WHEN 'seconds' THEN floor(date_part('second', moment))
        WHEN 'ms' THEN floor(date_part('ms', moment))::bigint % 1000 WHEN 'millisecond' THEN floor(date_part('ms', moment))::bigint % 1000
        WHEN 'milliseconds' THEN floor(date_part('ms', moment))::bigint % 1000
        ELSE floor(date_part(part, moment)) END $$;
ALTER FUNCTION pg_catalog.extract(text, timestamp) RENAME TO pg_extract;
ALTER FUNCTION pg_catalog.extract(text, date) RENAME TO pg_extract;
CREATE FUNCTION pg_catalog.extract(text, timestamp) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT redshift.part($1, $2)::integer $$;
CREATE FUNCTION pg_catalog.extract(text, date) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT redshift.part($1, $2::timestamp)::integer $$;

-- AVG of whole numbers cuts the fraction off; SUM of BIGINT stays BIGINT, and overflows (docs/design/redshift-facts.md).
ALTER AGGREGATE pg_catalog.avg(smallint) RENAME TO pg_avg;
ALTER AGGREGATE pg_catalog.avg(integer) RENAME TO pg_avg;
ALTER AGGREGATE pg_catalog.avg(bigint) RENAME TO pg_avg;
ALTER AGGREGATE pg_catalog.sum(bigint) RENAME TO pg_sum;
CREATE AGGREGATE pg_catalog.sum(bigint) (SFUNC = int8pl, STYPE = bigint);
CREATE FUNCTION redshift.add_up(so_far bigint[], x bigint) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT ARRAY[so_far[1] + 1, so_far[2] + x] $$;
CREATE FUNCTION redshift.mean(so_far bigint[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT so_far[2] / nullif(so_far[1], 0) $$;
CREATE AGGREGATE pg_catalog.avg(smallint) (SFUNC = int2_avg_accum, STYPE = bigint[], INITCOND = '{0,0}', FINALFUNC = redshift.mean);
CREATE AGGREGATE pg_catalog.avg(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], INITCOND = '{0,0}', FINALFUNC = redshift.mean);
CREATE AGGREGATE pg_catalog.avg(bigint) (SFUNC = redshift.add_up, STYPE = bigint[], INITCOND = '{0,0}', FINALFUNC = redshift.mean);

CREATE FUNCTION pg_catalog.concat(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 || $2 $$;
CREATE FUNCTION pg_catalog.len(text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT char_length($1) $$;
CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE AS $$ SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC') $$;
CREATE FUNCTION pg_catalog.dateadd(part text, amount integer, moment timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT moment + amount * CASE WHEN lower(part) IN ('quarter', 'quarters', 'qtr', 'qtrs') THEN interval '3 months' ELSE
        ('1 ' || CASE lower(part) WHEN 's' THEN 'second' WHEN 'ms' THEN 'millisecond' WHEN 'mi' THEN 'minute' WHEN 'n' THEN 'minute'
        WHEN 'd' THEN 'day' WHEN 'mon' THEN 'month' WHEN 'us' THEN 'microsecond' ELSE part END)::interval END $$;
CREATE FUNCTION redshift.seconds(i interval) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_part('epoch', i) $$;
CREATE FUNCTION pg_catalog.datediff(part text, a timestamp, b timestamp) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN lower(part) LIKE 'year%' OR lower(part) IN ('y', 'yr') THEN date_part('year', b) - date_part('year', a)
        WHEN lower(part) LIKE 'quarter%' THEN (date_part('year', b) - date_part('year', a)) * 4 + date_part('quarter', b) - date_part('quarter', a)
        WHEN lower(part) LIKE 'mon%' THEN (date_part('year', b) - date_part('year', a)) * 12 + date_part('month', b) - date_part('month', a)
        WHEN lower(part) LIKE 'week%' THEN (date_trunc('week', b + interval '1 day')::date - date_trunc('week', a + interval '1 day')::date) / 7
        WHEN lower(part) LIKE 'day%' OR lower(part) = 'd' THEN b::date - a::date
        WHEN lower(part) LIKE 'hour%' THEN redshift.seconds(date_trunc('hour', b) - date_trunc('hour', a)) / 3600
        WHEN lower(part) LIKE 'min%' THEN redshift.seconds(date_trunc('minute', b) - date_trunc('minute', a)) / 60
        WHEN lower(part) LIKE 'sec%' OR lower(part) = 's' THEN redshift.seconds(date_trunc('second', b) - date_trunc('second', a))
        WHEN lower(part) LIKE 'milli%' OR lower(part) = 'ms' THEN redshift.seconds(date_trunc('milliseconds', b) - date_trunc('milliseconds', a)) * 1000
        END::bigint $$;
CREATE FUNCTION pg_catalog.strtol(s text, base integer) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE base WHEN 16 THEN ('x' || lpad(s, 16, '0'))::bit(64)::bigint WHEN 10 THEN s::bigint END $$;
CREATE FUNCTION pg_catalog.sha2(s text, bits integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT encode(CASE bits WHEN 224 THEN sha224(convert_to(s, 'UTF8')) WHEN 384 THEN sha384(convert_to(s, 'UTF8'))
        WHEN 512 THEN sha512(convert_to(s, 'UTF8')) ELSE sha256(convert_to(s, 'UTF8')) END, 'hex') $$;

-- FNV-1a over the bytes of the value, little-endian: reproduces the guide's examples (docs/design/redshift-facts.md).  h * 1099511628211 in two halves of 32 bits.
CREATE FUNCTION redshift.fnv(b bytea, seed bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE h bigint := seed; lo bigint; hi bigint;
BEGIN
    FOR i IN 0 .. length(b) - 1 LOOP
        h := h # get_byte(b, i)::bigint;
        lo := (h & 4294967295) * 435;
        hi := (((h >> 32) & 4294967295) * 435 + (lo >> 32) + ((h & 16777215) << 8)) & 4294967295;
        h := (hi << 32) | (lo & 4294967295);
    END LOOP;
    RETURN h;
END $$;
CREATE FUNCTION redshift.reversed(b bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT string_agg(substr(b, i, 1), '' ORDER BY i DESC) FROM generate_series(1, length(b)) AS i $$;
CREATE FUNCTION pg_catalog.fnv_hash(v text, seed bigint DEFAULT -3750763034362895579) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT redshift.fnv(convert_to(v, 'UTF8'), seed) $$;
CREATE FUNCTION pg_catalog.fnv_hash(v smallint, seed bigint DEFAULT -3750763034362895579) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT redshift.fnv(redshift.reversed(int2send(v)), seed) $$;
CREATE FUNCTION pg_catalog.fnv_hash(v integer, seed bigint DEFAULT -3750763034362895579) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT redshift.fnv(redshift.reversed(int4send(v)), seed) $$;
CREATE FUNCTION pg_catalog.fnv_hash(v bigint, seed bigint DEFAULT -3750763034362895579) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT redshift.fnv(redshift.reversed(int8send(v)), seed) $$;

ALTER FUNCTION pg_catalog.version() RENAME TO pg_version;
CREATE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.61687'::text $$;
CREATE FUNCTION pg_catalog.pg_last_copy_id() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('redshift.last_copy_id', true), ''), '-1')::integer $$;
CREATE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('redshift.last_copy_count', true), ''), '0')::bigint $$;

-- Functions that PostgreSQL has for arguments that Redshift refuses.
ALTER FUNCTION pg_catalog.to_timestamp(double precision) RENAME TO pg_to_timestamp;
ALTER FUNCTION pg_catalog.substring(text, text) RENAME TO pg_substring;
ALTER FUNCTION pg_catalog.substring(text, text, text) RENAME TO pg_substring;

-- A text has 65,535 bytes at most, also between two functions; which words Redshift has for it is not known for all of them.
CREATE FUNCTION redshift.fits(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF octet_length(t) > 65535 THEN RAISE string_data_right_truncation; END IF;
    RETURN t;
END $$;
ALTER FUNCTION pg_catalog.repeat(text, integer) RENAME TO pg_repeat;
CREATE FUNCTION pg_catalog.repeat(text, integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift.fits(pg_repeat($1, $2)) $$;
ALTER FUNCTION pg_catalog.lpad(text, integer, text) RENAME TO pg_lpad;
CREATE FUNCTION pg_catalog.lpad(text, integer, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift.fits(pg_lpad($1, $2, $3)) $$;
ALTER FUNCTION pg_catalog.rpad(text, integer, text) RENAME TO pg_rpad;
CREATE FUNCTION pg_catalog.rpad(text, integer, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift.fits(pg_rpad($1, $2, $3)) $$;
ALTER FUNCTION pg_catalog.replace(text, text, text) RENAME TO pg_replace;
CREATE FUNCTION pg_catalog.replace(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT redshift.fits(pg_replace($1, $2, $3)) $$;
CREATE FUNCTION redshift.joined(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift.fits(textcat($1, $2)) $$;
UPDATE pg_catalog.pg_operator SET oprcode = 'redshift.joined' WHERE oprname = '||' AND oprleft = 'text'::regtype AND oprright = 'text'::regtype;

CREATE FUNCTION pg_catalog.charindex(part text, whole text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT strpos(whole, part) $$;
CREATE FUNCTION pg_catalog.trunc(moment timestamp) RETURNS date LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT moment::date $$;
CREATE FUNCTION pg_catalog.last_day(moment timestamp) RETURNS date LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (date_trunc('month', moment) + interval '1 month - 1 day')::date $$;
CREATE FUNCTION pg_catalog.add_months(moment timestamp, months integer) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN moment::date = last_day(moment) THEN last_day(moment + months * interval '1 month') + moment::time
        ELSE moment + months * interval '1 month' END $$;
CREATE FUNCTION pg_catalog.months_between(a timestamp, b timestamp) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (12 * (date_part('year', a) - date_part('year', b)) + date_part('month', a) - date_part('month', b)
        + CASE WHEN a::date = last_day(a) AND b::date = last_day(b) THEN 0 ELSE (date_part('day', a) - date_part('day', b)) / 31 END) $$;
CREATE FUNCTION pg_catalog.convert_timezone(source text, target text, moment timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (moment AT TIME ZONE source) AT TIME ZONE target $$;
CREATE FUNCTION pg_catalog.convert_timezone(target text, moment timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT convert_timezone('UTC', target, moment) $$;
