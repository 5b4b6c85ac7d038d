-- A name that was decoded wrongly can be repaired with certainty.  One that cannot stays as delivered, and matches no song.
-- severity: warning
SELECT broken, how FROM text_repairs WHERE repaired IS NULL
