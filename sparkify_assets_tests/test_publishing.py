"""Where the dashboard goes: a file or an object, whole or not at all."""

from pathlib import Path

import pytest

from sparkify_assets.dashboard.publish import publish
from sparkify_assets.errors import LakeError, SettingsError
from sparkify_assets.settings import Settings, read_settings
from sparkify_assets_tests.emulators.s3.server import Fault, S3Server, s3
from sparkify_assets_tests.support import raises

__all__ = ["s3"]

PAGE, NEWER = "<p>Björk</p>", "<p>Sigur Rós</p>"


def test_a_page_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    place = tmp_path / "new folder/dashboard.html"
    for page in (PAGE, NEWER):
        assert publish(page, Settings(dashboard=place)) == str(place)
        assert place.read_text(encoding="utf-8") == page
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize(
    ("place", "reason"), [("a folder", ["Is a directory"]), ("a file/dashboard.html", ["Not a directory", "File exists"])]
)
def test_a_place_that_cannot_be_written_is_told_and_left_as_it_was(tmp_path: Path, place: str, reason: list[str]) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").write_text("kept")
    before = sorted(tmp_path.rglob("*"))
    with raises(SettingsError, "SPARKIFY_DASHBOARD", tmp_path / place) as error:
        publish(PAGE, Settings(dashboard=tmp_path / place))
    assert any(text in str(error.value) for text in reason), error.value
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "a file").read_text() == "kept"


@pytest.mark.integration
def test_in_s3_it_is_an_html_object_encrypted_as_the_settings_say(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _place(s3, monkeypatch)
    bucket, _, key = url.removeprefix("s3://").partition("/")
    for page in (PAGE, NEWER):
        assert publish(page, Settings(dashboard=url, s3_encryption="AES256")) == url
    held = s3.client().get_object(Bucket=bucket, Key=key)
    assert held["Body"].read().decode() == NEWER
    assert (held["ContentType"], held["ServerSideEncryption"]) == ("text/html; charset=utf-8", "AES256")


@pytest.mark.integration
def test_what_s3_refuses_is_told_with_the_object(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _place(s3, monkeypatch)
    s3.order(Fault(pattern=f"PUT .*{url.split('/')[2]}", status=403, code="AccessDenied"))
    with raises(LakeError, url, "s3:PutObject"):
        publish(PAGE, Settings(dashboard=url))


@pytest.mark.parametrize("place", ["s3://bucket", "s3://bucket/", "https://example.com/x.html", "s3://B/x.html", "s3://bucket/a//b"])
def test_a_place_that_is_none_is_refused_with_the_settings(place: str) -> None:
    with raises(SettingsError, "SPARKIFY_DASHBOARD", f"'{place}'", "s3://bucket/key"):
        read_settings(dashboard=place)


def _place(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    s3.calm()
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return f"s3://{s3.bucket()}/our pages/dashboard.html"
