"""The lake's S3 resource: its two readers, boto3's client and the faster one, are configured alike."""

from pathlib import Path
from typing import Any

import pytest
from dagster_aws.s3 import S3Resource

from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.lake.s3_obstore import store_config
from sparkify_assets.orchestration.s3 import S3LakeResource


def opened(**given: Any) -> S3Lake:
    return S3LakeResource(s3=S3Resource(region_name="eu-central-1", **given), url="s3://a-lake/sparkify")._opened()


def test_the_faster_reader_has_the_clients_endpoint_region_and_keys() -> None:
    given = {"aws_access_key_id": "AKIAGIVEN", "aws_secret_access_key": "given", "aws_session_token": "token"}
    lake = opened(endpoint_url="http://localhost:9", use_ssl=False, **given)
    config, is_http = store_config(lake._bucket)
    assert (config["endpoint"], config["region"], is_http) == ("http://localhost:9", "eu-central-1", True)
    fast = lake._reader._fast
    assert fast is not None
    assert tuple(fast._credentials.get_frozen_credentials())[:3] == tuple(given.values())


def test_the_faster_reader_has_the_profiles_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    file.write_text("[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    fast = opened(profile_name="other")._reader._fast
    assert fast is not None
    assert fast._credentials.get_frozen_credentials().access_key == "AKIAOTHER"


@pytest.mark.parametrize("given", [{"use_unsigned_session": True}, {"verify": False}])
def test_without_signatures_or_verification_the_client_reads_alone(given: dict[str, bool]) -> None:
    assert opened(**given)._reader._fast is None
