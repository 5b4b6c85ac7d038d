-- A name that was decoded wrongly can be repaired with certainty.  One that cannot stays as delivered.
-- severity: warning
SELECT original_text, repair_method FROM text_repairs WHERE kind = 'broken'
