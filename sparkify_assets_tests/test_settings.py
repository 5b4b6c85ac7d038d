"""Settings: defaults that make the laptop work, and a wrong word answered with the right ones."""

from pathlib import Path

import pytest

from sparkify_assets.errors import SettingsError
from sparkify_assets.settings import read_settings


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
        ("SPARKIFY_WAREHOUSE", "snowflake", "SPARKIFY_WAREHOUSE is 'snowflake'; expected duckdb"),
        ("SPARKIFY_LOG_START", "yesterday", "SPARKIFY_LOG_START is 'yesterday'; expected first day of the logs, as 2018-11-01"),
        ("SPARKIFY_LOG_END", "2018-02-30", "SPARKIFY_LOG_END is '2018-02-30'; expected the day after the last one, as 2018-12-01"),
        ("SPARKIFY_LOG_END", "2018-11-01", "SPARKIFY_LOG_END is 2018-11-01; expected a day after SPARKIFY_LOG_START, which is 2018-11-01"),
        ("SPARKIFY_MAX_REJECTED", "-1", "SPARKIFY_MAX_REJECTED is '-1'; expected rejected records a partition may have and still load"),
        ("SPARKIFY_MAX_REJECTED", "few", "SPARKIFY_MAX_REJECTED is 'few'; expected rejected records a partition may have and still load"),
        *(
            ("SPARKIFY_LAKE", place, f"SPARKIFY_LAKE is '{place}'; expected the lake: a directory with log_data/ and song_data/, or s3://")
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
        ("SPARKIFY_S3_ENCRYPTION", "rot13", "SPARKIFY_S3_ENCRYPTION is 'rot13'; expected AES256 or aws:kms"),
        ("SPARKIFY_S3_KMS_KEY_ID", "a-key", "SPARKIFY_S3_ENCRYPTION is None; expected aws:kms, since SPARKIFY_S3_KMS_KEY_ID is set"),
        ("SPARKIFY_S3_REQUESTER_PAYS", "often", "SPARKIFY_S3_REQUESTER_PAYS is 'often'; expected true where the lake's bucket"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("value", "lake"),
    [("s3://bucket", "s3://bucket"), ("s3://my.bucket-1/", "s3://my.bucket-1"), ("s3://bucket/a/b c/", "s3://bucket/a/b c")],
)
def test_a_lake_may_lie_in_s3(value: str, lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_LAKE", value)
    assert read_settings().lake == lake
