"""Settings: defaults that make the laptop work, and a wrong word answered with the right ones."""

from pathlib import Path

import pytest

from sparkify_assets.errors import SettingsError
from sparkify_assets.settings import read_settings, unknown_settings
from sparkify_assets_tests.support import raises


def test_the_defaults_lie_below_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings()
    assert settings.lake == tmp_path / "data/lake"
    assert settings.duckdb_path == tmp_path / "data/sparkify.duckdb"
    assert (settings.log_start.isoformat(), settings.log_end, settings.max_rejected) == ("2018-11-01", None, 0)


def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_LOG_END", "")
    assert read_settings().log_end is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SPARKIFY_WAREHOUSE", "snowflake", ["'snowflake'", "duckdb", "redshift"]),
        ("SPARKIFY_LOG_START", "yesterday", ["'yesterday'", "first day", "2018-11-01"]),
        ("SPARKIFY_LOG_END", "2018-02-30", ["'2018-02-30'", "after", "2018-12-01"]),
        ("SPARKIFY_LOG_END", "2018-11-01", [" 2018-11-01;", "after SPARKIFY_LOG_START", " 2018-11-01 "]),
        ("SPARKIFY_MAX_REJECTED", "-1", ["'-1'", "rejected"]),
        ("SPARKIFY_MAX_REJECTED", "few", ["'few'", "rejected"]),
        *(
            ("SPARKIFY_LAKE", place, [f"'{place}'", "log_data/", "song_data/", " s3://"])
            for place in (
                "s3:bucket/lake",
                "s3://",
                "s3://b/lake",
                "s3://Bucket/lake",
                "s3://under_score",
                "s3://two..dots",
                "s3://-bucket",
                "s3://10.0.0.1/lake",
                "s3://bucket//lake",
                "s3://bucket/../lake",
                "s3://bucket/lake/.",
                "gs://bucket/lake",
                "https://bucket.s3.amazonaws.com/lake",
            )
        ),
        *(("SPARKIFY_DUCKDB_MEMORY", memory, [f"'{memory}'", "500MB", "4GB"]) for memory in ("80%", "0GB", "much", "1 TB")),
        ("SPARKIFY_S3_ENCRYPTION", "rot13", ["'rot13'", "AES256", "aws:kms"]),
        ("SPARKIFY_S3_KMS_KEY_ID", "a-key", ["SPARKIFY_S3_ENCRYPTION", "None", "aws:kms"]),
        ("SPARKIFY_S3_REQUESTER_PAYS", "often", ["'often'", "true"]),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with raises(SettingsError, f"{name} ", *told):
        read_settings()


@pytest.mark.parametrize(
    ("value", "lake"),
    [("s3://bucket", "s3://bucket"), ("s3://my.bucket-1/", "s3://my.bucket-1"), ("s3://bucket/a/b c/", "s3://bucket/a/b c")],
)
def test_a_lake_may_lie_in_s3(value: str, lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_LAKE", value)
    assert read_settings().lake == lake


# secrets in files

URL = "json://user:hidden-word@hooks.example.com/data"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "alert_urls"
    monkeypatch.setenv("SPARKIFY_ALERT_URLS_FILE", str(path))
    return path


def test_a_secret_may_be_in_a_file(file: Path) -> None:
    file.write_text(f"{URL}\n", encoding="utf-8")
    assert read_settings().alert_urls.get_secret_value() == URL
    assert unknown_settings() == {}


def test_an_empty_file_is_no_secret(file: Path) -> None:
    file.write_text("\n", encoding="utf-8")
    assert read_settings().alert_urls.get_secret_value() == ""


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with raises(SettingsError, f"SPARKIFY_ALERT_URLS_FILE is {file}; expected a file with the secret", "uid", "No such file"):
        read_settings()


def test_a_file_of_other_bytes_is_named_and_its_content_is_not(file: Path) -> None:
    file.write_bytes(b"\xff\xfehidden-word")
    with raises(SettingsError, f"SPARKIFY_ALERT_URLS_FILE is {file}", "UTF-8") as told:
        read_settings()
    assert "hidden" not in str(told.value)


def test_a_wrong_secret_in_a_file_is_not_shown(file: Path) -> None:
    file.write_text("hidden-word/path", encoding="utf-8")
    with raises(SettingsError, "SPARKIFY_ALERT_URLS") as told:
        read_settings()
    assert "hidden" not in str(told.value)


def test_a_secret_and_its_file_exclude_each_other(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(URL, encoding="utf-8")
    monkeypatch.setenv("SPARKIFY_ALERT_URLS", URL)
    with raises(SettingsError, "SPARKIFY_ALERT_URLS_FILE is ", "SPARKIFY_ALERT_URLS is set, too", "one of them") as told:
        read_settings()
    assert "hidden" not in str(told.value)


def test_only_secrets_may_be_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_LAKE_FILE", "/run/secrets/lake")
    assert "SPARKIFY_LAKE" in unknown_settings()["SPARKIFY_LAKE_FILE"]
