SELECT
    OCTET_LENGTH(s) AS bytes,
    LEN(s) AS characters
FROM t
