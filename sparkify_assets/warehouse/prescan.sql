-- In DuckDB's dialect, for both engines: file -> its records (lines that are not blank), and those that ingest/ may reject although a
-- reader of JSON accepts them.  A line is read as one text: no valid JSON contains the delimiter.  Most lines are flat objects: for these
-- a few bytes at their ends are compared and single characters are searched; patterns cost more and are matched against the others only.
SELECT filename, COUNT(*) AS records, COUNT(*) FILTER (is_doubtful) AS doubtful
FROM (
    SELECT
        filename,
        CASE
            WHEN STRLEN(line) > $max_record_bytes THEN TRUE
            -- DuckDB loads a NUL, Redshift cannot
            WHEN CONTAINS(line, '\u0000') THEN TRUE
            -- a key that is written with escapes
            WHEN CONTAINS(line, '\u') AND REGEXP_MATCHES(line, '\\u[0-9a-fA-F]{4}[^"]*"[ \t\r]*:') THEN TRUE
            -- flat: one pair of braces at its ends, and no comma before the last one
            WHEN
                PREFIX(line, '{') AND SUFFIX(line, '}')
                AND NOT (SUFFIX(line, ',}') OR SUFFIX(line, ' }') OR SUFFIX(line, E'\t}') OR SUFFIX(line, E'\r}'))
                AND NOT CONTAINS(line, '[') AND NOT line LIKE '%{%{%'
                THEN FALSE
            -- no object; or blanks around it that are none in JSON, which DuckDB skips
            WHEN NOT REGEXP_FULL_MATCH(line, '(?s)[ \t\r]*\{.*\}[ \t\r]*') THEN TRUE
            -- a comma before a bracket, which DuckDB tolerates
            WHEN REGEXP_MATCHES(line, ',[ \t\r]*[}\]]') THEN TRUE
            ELSE STRLEN(line) - STRLEN(REPLACE(REPLACE(line, '[', ''), '{', '')) > $max_depth
        END AS is_doubtful
    FROM READ_CSV(
        $paths, columns = {'line': 'VARCHAR'}, auto_detect = FALSE, header = FALSE, delim = CHR(1), quote = '', escape = '',
        max_line_size = $max_line_bytes, filename = TRUE, compression = $compression
    )
    WHERE line IS NOT NULL AND (PREFIX(line, '{') OR NOT REGEXP_FULL_MATCH(line, '[ \t\r]*'))
) AS lines
GROUP BY filename
