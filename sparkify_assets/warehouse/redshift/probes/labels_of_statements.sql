-- question: Do the user's own statements have their label in SYS_QUERY_HISTORY?
-- assumed: they do (docs/redshift.md, "Who is asking?").
-- otherwise: name the view that has the label in docs/redshift.md.

-- patience: 10
-- expect: true
SELECT COUNT(*) > 0 FROM sys_query_history WHERE TRIM(query_label) = 'sparkify doctor';
