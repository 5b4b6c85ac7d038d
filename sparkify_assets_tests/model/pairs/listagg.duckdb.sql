SELECT LISTAGG("t"."s", ', ' ORDER BY "t"."s") AS "everyone" FROM "t" AS "t"
