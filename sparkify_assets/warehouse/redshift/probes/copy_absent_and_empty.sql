-- question: Does COPY load an absent key and null as NULL, an empty text as an empty text, blanks as blanks, and an object as its text?
-- assumed: it does (docs/design/redshift-facts.md, "COPY: values").
-- otherwise: send files with such values by the slow path.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER, x VARCHAR(64));

-- object: {"id": 1}
-- object: {"id": 2, "x": null}
-- object: {"id": 3, "x": ""}
-- object: {"id": 4, "x": "  "}
-- object: {"id": 5, "x": {"a": 1}}
-- object: {"id": 6, "x": "a\\b\u00e9\"", "y": 1}
-- jsonpaths: ["$['id']", "$['x']"]
-- expect any
COPY sparkify_temporary_probe (id, x);

-- expect: 1 | NULL
-- expect: 2 | NULL
-- expect: 3 | 0
-- expect: 4 | 2
SELECT id, OCTET_LENGTH(x) FROM sparkify_temporary_probe WHERE id < 5 ORDER BY id;

-- expect: a\bé"
SELECT x FROM sparkify_temporary_probe WHERE id = 6;

-- record
SELECT x FROM sparkify_temporary_probe WHERE id = 5;
