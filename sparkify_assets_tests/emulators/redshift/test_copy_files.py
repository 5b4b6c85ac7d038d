"""COPY: the choice of files, the mapping of keys, the split of a file into records (docs/design/redshift-facts.md).

Put here tests up to a record's values. Do not put here their conversion (test_copy_values.py) or the outcome (test_copy_outcome.py).
"""

import json

import pytest

from sparkify_assets_tests.emulators.redshift.running import OTHER_ROLE, ROLE
from sparkify_assets_tests.emulators.redshift.trying import Trial
from sparkify_assets_tests.emulators.s3.server import Fault, S3Server

pytestmark = pytest.mark.integration

TABLE = "CREATE TABLE t (id INTEGER, username VARCHAR(20))"
RECORD = '{"id": 1, "userName": "Lily"}'


@pytest.fixture(autouse=True)
def _table(trial: Trial) -> None:
    trial.run(TABLE)
    trial.connection.commit()


@pytest.mark.parametrize(
    ("option", "found"),
    [("auto", [1, None]), ("auto ignorecase", [1, "Lily"])],
)
def test_keys_are_columns_to_the_letter_or_ignoring_case(trial: Trial, option: str, found: list[object]) -> None:
    assert trial.copy("t", trial.put("a/1.json", RECORD), option) == 1
    assert trial.rows("SELECT * FROM t") == [found]


@pytest.mark.parametrize("paths", [("$.id", "$.userName"), ("$['id']", "$['userName']"), ('$["id"]', '$["userName"]')])
def test_paths_map_by_position(trial: Trial, paths: tuple[str, str]) -> None:
    trial.copy("t", trial.put("a/1.json", RECORD), trial.paths(*paths))
    assert trial.rows("SELECT * FROM t") == [[1, "Lily"]]


def test_paths_map_to_the_list_of_columns_and_into_what_is_nested(trial: Trial) -> None:
    source = trial.put("a/1.json", '{"who": {"names": ["x", "Lily"]}, "number": 7} {"who": {"names": [1, 2]}}')
    trial.copy("t (username, id)", source, trial.paths("$.who.names[1]", "$.number"))
    assert trial.rows("SELECT * FROM t") == [[7, "Lily"], [None, "2"]]


def test_an_index_that_is_not_there_is_an_error(trial: Trial) -> None:
    trial.not_copied("t", trial.put("a/1.json", '{"a": [1]}'), trial.paths("$.a[0]", "$.a[1]"))
    assert trial.errors() == [[1, "", 1216, "Invalid JSONPath format: Not an array or index out of range."]]


def test_as_many_paths_as_columns(trial: Trial) -> None:
    code, message = trial.not_copied("t", trial.put("a/1.json", RECORD), trial.paths("$.id"), "MAXERROR 100")
    size = "JSONPath size: 1, Number of columns in table or column list: 2"
    assert (code, message) == ("XX000", f"Number of jsonpaths and the number of columns should match. {size}")


def test_a_jsonpaths_file_with_another_key_is_as_auto(trial: Trial) -> None:
    trial.copy("t", trial.put("a/1.json", RECORD), trial.paths("$.id", "$.userName", key="jsonPaths"))
    assert trial.rows("SELECT * FROM t") == [[1, None]]


@pytest.mark.parametrize("content", ["[]", "{", '{"jsonpaths": ["$.a", ""]}', '{"jsonpaths": ["$.a", 1]}', '{"jsonpaths": []} x'])
def test_a_malformed_jsonpaths_file_fails_whatever_maxerror(trial: Trial, content: str) -> None:
    _, message = trial.not_copied("t", trial.put("a/1.json", RECORD), trial.put("paths.json", content), "MAXERROR 100")
    assert message.startswith("Invalid JSONPath format")


def test_the_whole_object_goes_into_one_column(trial: Trial) -> None:
    trial.run("CREATE TABLE whole (record SUPER)")
    trial.copy("whole", trial.put("a/1.json", '{"a": [1, {"b": 2.50}]}'), "noshred")
    assert json.loads(trial.one("SELECT record FROM whole")) == {"a": [1, {"b": 2.5}]}


def test_a_prefix_takes_all_that_begins_so(trial: Trial) -> None:
    for name in ("2018-11-1.json", "2018-11-10.json", "2018-11-2.json"):
        trial.put(f"log/{name}", RECORD)
    assert trial.copy("t", f"s3://{trial.bucket}/log/2018-11-1") == 2


def test_a_manifest_names_the_files_and_one_named_twice_is_loaded_twice(trial: Trial) -> None:
    one, two = trial.put("a/1.json", RECORD), trial.put("a/2.json", RECORD)
    trial.put("a/3.json", RECORD)
    source = trial.manifest("m.json", one, two, two, mandatory=True, meta={"content_length": len(RECORD)})
    assert trial.copy("t", source, options="MANIFEST") == 3


def test_without_its_word_a_manifest_is_data(trial: Trial) -> None:
    assert trial.copy("t", trial.manifest("m.json", "s3://x/y")) == 1
    assert trial.rows("SELECT * FROM t") == [[None, None]]


def test_a_missing_file_matters_only_if_it_is_mandatory(trial: Trial) -> None:
    there, missing = trial.put("a/1.json", RECORD), f"s3://{trial.bucket}/missing.json"
    assert trial.copy("t", trial.manifest("m.json", there, missing), options="MANIFEST") == 1
    code, message = trial.not_copied("t", trial.manifest("m.json", there, missing, mandatory=True), options="MANIFEST")
    assert code == "XX000"
    assert message.startswith("Mandatory url is not present in manifest file")
    assert missing in message


def test_a_manifest_of_which_no_file_is_there_fails(trial: Trial) -> None:
    _, message = trial.not_copied("t", trial.manifest("m.json", f"s3://{trial.bucket}/missing.json"), options="MANIFEST")
    assert "None of the files" in message


def test_a_manifest_that_is_not_there_fails(trial: Trial) -> None:
    code, message = trial.not_copied("t", f"s3://{trial.bucket}/missing", options="MANIFEST")
    told = "Problem reading manifest file - S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey"
    assert (code, message.split(",Rid")[0]) == ("XX000", told)


def test_a_prefix_without_files_and_a_bucket_that_is_not_there_fail(trial: Trial) -> None:
    assert trial.not_copied("t", f"s3://{trial.bucket}/no/such") == ("XX000", "The specified S3 prefix 'no/such' does not exist")
    _, message = trial.not_copied("t", "s3://there-is-no-such-bucket/x")
    assert message.startswith("S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket,")


def test_an_s3_that_denies_access_is_told_so(trial: Trial, s3: S3Server) -> None:
    source = trial.put("denied.json", RECORD)
    s3.order(Fault(f"GET /{trial.bucket}/denied.json", status=403, code="AccessDenied"))
    _, message = trial.not_copied("t", source)
    assert message.startswith("S3ServiceException:ordered by a test,Status 403,Error AccessDenied,")


def test_an_s3_that_fails_once_is_asked_again(trial: Trial, s3: S3Server) -> None:
    source = trial.put("shaky.json", RECORD)
    s3.order(Fault(f"GET /{trial.bucket}/shaky.json", status=503, code="SlowDown"))
    assert trial.copy("t", source) == 1


def test_compression_is_declared_never_guessed(trial: Trial) -> None:
    source = trial.put("a.json.gz", RECORD + "\n" + RECORD, zipped=True)
    assert trial.copy("t", source, options="GZIP") == 2
    trial.connection.rollback()
    assert trial.not_copied("t", source)[1].startswith("Load into table 't' failed")
    _, message = trial.not_copied("t", trial.put("a.json", RECORD), options="GZIP")
    assert "not in gzip format" in message


@pytest.mark.parametrize("content", [RECORD + RECORD, f"\n\n{RECORD}\r\n\t{RECORD} ", json.dumps(json.loads(RECORD), indent=1) + RECORD])
def test_records_are_separated_by_any_white_space_or_none(trial: Trial, content: str) -> None:
    assert trial.copy("t", trial.put("a.json", content)) == 2


def test_an_empty_file_has_no_records(trial: Trial) -> None:
    assert trial.copy("t", trial.put("a.json", " \n")) == 0


def test_what_stands_between_records_is_an_error_each_time(trial: Trial) -> None:
    source = trial.put("a.json", f"{RECORD},\n{RECORD},\n{RECORD}\n")
    trial.not_copied("t", source)
    assert trial.copy("t", source, options="MAXERROR 3") == 3
    assert [(line, code) for line, _, code, _ in trial.errors()] == [(1, 1216), (1, 1216), (2, 1216)]


def test_a_row_that_is_an_array_needs_paths(trial: Trial) -> None:
    source = trial.put("a.json", '[1, "Lily"]\n')
    trial.not_copied("t", source)
    assert trial.errors() == [[1, "", 1216, "Invalid JSONPath format: Member is not an object."]]
    trial.copy("t", source, trial.paths("$[0]", "$[1]"))
    assert trial.rows("SELECT * FROM t") == [[1, "Lily"]]


def test_a_broken_record_costs_its_line_only(trial: Trial) -> None:
    assert trial.copy("t", trial.put("a.json", f'{RECORD}\n{{"id": 2\n{RECORD}\n{{"id": NaN}}\n{RECORD}'), options="MAXERROR 5") == 3
    assert [(line, code) for line, _, code, _ in trial.errors()] == [(2, 1216), (4, 1216)]


@pytest.mark.parametrize(
    "sql",
    [
        "COPY t FROM '{}' FORMAT JSON 'auto'",
        "COPY t FROM '{}' IAM_ROLE DEFAULT JSON 'auto' SHINY",
        "COPY t FROM '{}' IAM_ROLE DEFAULT JSON 'auto' MAXERROR 100001",
        "COPY t FROM '{}' IAM_ROLE DEFAULT JSON 'auto' GZIP GZIP",
        "COPY t FROM '{}' IAM_ROLE DEFAULT JSON 'automatic'",
        "COPY t '{}' IAM_ROLE DEFAULT JSON 'auto'",
        "COPY t FROM '{}' IAM_ROLE DEFAULT JSON 'auto' NULL AS ''",
    ],
)
def test_what_is_no_copy_is_a_syntax_error(trial: Trial, sql: str) -> None:
    assert trial.refused(sql.format(trial.put("a.json", RECORD)))[0] == "42601"


def test_options_stand_in_any_order(trial: Trial) -> None:
    source = trial.manifest("m.json", trial.put("a.json.gz", RECORD, zipped=True))
    trial.run(
        f"copy public.t (id, username) from '{source}' gzip manifest iam_role '{OTHER_ROLE}' compupdate off maxerror as 3 "
        "timeformat 'auto' json as 'auto ignorecase' statupdate off region as 'us-west-2'"
    )
    assert trial.rows("SELECT * FROM t") == [[1, "Lily"]]


def test_a_role_must_be_attached(trial: Trial) -> None:
    source = trial.put("a.json", RECORD)
    _, message = trial.not_copied("t", source, role="IAM_ROLE 'arn:aws:iam::123456789012:role/another'")
    assert "is not authorized to assume IAM Role arn:aws:iam::123456789012:role/another" in message
    assert "Invalid IAM role" in trial.not_copied("t", source, role="IAM_ROLE 'admin'")[1]
    trial.run(trial.copy_sql("t", source, role=f"IAM_ROLE '{ROLE}'"))


def test_a_table_that_is_not_there(trial: Trial) -> None:
    assert trial.not_copied("nowhere", trial.put("a.json", RECORD)) == ("XX000", "Cannot COPY into nonexistent table nowhere")
