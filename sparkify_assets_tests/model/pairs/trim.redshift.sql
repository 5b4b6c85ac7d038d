SELECT
    RTRIM(s) || '|' AS at_the_end,
    '|' || LTRIM(s) AS at_the_start,
    '|' || TRIM(s) || '|' AS at_both,
    '|' || TRIM('x' FROM s) || '|' AS of_x
FROM t
