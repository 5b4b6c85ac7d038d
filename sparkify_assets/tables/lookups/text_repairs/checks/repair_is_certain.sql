-- A name that was decoded wrongly can be repaired with certainty.  One that cannot stays as delivered.
-- severity: warning
SELECT broken, how FROM text_repairs WHERE kind = 'broken'
