"""The image, really built (by Debian's buildah, which needs no daemon), and the code server run from it as its own user.

The base image of the test is Debian's own packages (debootstrap), since no registry of images may be at hand. Takes some minutes.

Put here what needs the image. Do not put here what its files say (test_files.py).
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sparkify_assets_tests.cli.conftest import PROJECT
from sparkify_assets_tests.deploy.composed import composed
from sparkify_assets_tests.live.processes import free_port
from sparkify_assets_tests.support import LakeDirectory, event, song

MISSING = [name for name in ("buildah", "debootstrap") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("image"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (Debian: apt-get install buildah debootstrap)"),
    pytest.mark.skipif(os.getuid() != 0, reason="debootstrap and buildah's isolation by chroot need root"),
]
SUITE = "trixie"
"""a Debian with Python 3.13: constraints.txt needs 3.11.5, and bookworm has 3.11.2"""
COMMIT = "0123abc"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
CHROOT = ("--isolation", "chroot", "--network", "host")


def buildah(*words: str | Path, check: bool = True, seconds: float = 900) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(["buildah", *words], capture_output=True, text=True, timeout=seconds, check=False)
    assert not check or done.returncode == 0, f"buildah {' '.join(map(str, words))}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root, name = tmp_path_factory.mktemp("base") / "root", f"localhost/sparkify-base-{os.getpid()}"
    include = "--include=python3,python3-venv,ca-certificates"
    subprocess.run(["debootstrap", "--variant=minbase", include, SUITE, root], capture_output=True, check=True, timeout=900)
    container = buildah("from", "scratch").stdout.strip()
    buildah("add", "-q", container, root, "/")
    buildah("commit", "-q", container, name)
    buildah("rm", container)
    yield name
    buildah("rmi", "-f", name, check=False)


@pytest.fixture(scope="module")
def image(base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"localhost/sparkify-test-{os.getpid()}"
    mounted = [word for place in _of_this_machines_pip(tmp_path_factory.mktemp("pip")) for word in ("--volume", f"{place}:ro")]
    arguments = ["--build-arg", f"BASE={base}", "--build-arg", f"COMMIT={COMMIT}"]
    said = buildah("bud", *CHROOT, "--layers=false", *mounted, *arguments, "-t", name, PROJECT).stdout
    assert "ok    definitions" in said, "the doctor's line, the last step"
    yield name
    buildah("rmi", "-f", name, check=False)


def _of_this_machines_pip(folder: Path) -> Iterator[str]:
    """Mounts for a machine whose pip is configured to reach a mirror, perhaps with folders of it and an authority of its own."""
    options = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    lines, wanted = ["[global]"], ("index-url", "extra-index-url", "find-links", "trusted-host", "cert", "timeout")
    for line in options.splitlines():
        name, _, value = line.partition("=")
        if name.rpartition(".")[2] in wanted and name.startswith("global."):
            lines.append(f"{name.removeprefix('global.')} = {value.strip(chr(39))}")
            for place in value.strip("'").split():
                path = Path(place.removeprefix("file://"))
                if path.is_absolute() and path.exists() and path != AUTHORITIES:
                    shared = path.parent if path.name == "simple" else path  # an index links to files beside it
                    yield f"{shared}:{shared}"
    (folder / "pip.conf").write_text("\n".join(lines), encoding="utf-8")
    yield f"{folder / 'pip.conf'}:/etc/pip.conf"
    if AUTHORITIES.exists():
        yield f"{AUTHORITIES}:{AUTHORITIES}"


@pytest.fixture
def container(image: str) -> Iterator[str]:
    name = buildah("from", image).stdout.strip()
    yield name
    buildah("rm", name, check=False)


def test_the_image_carries_its_commit_and_its_user(image: str) -> None:
    template = '{{index .OCIv1.Config.Labels "org.opencontainers.image.revision"}} {{.OCIv1.Config.User}} {{.OCIv1.Config.Env}}'
    said = buildah("inspect", "--type", "image", "--format", template, image).stdout
    assert said.startswith(f"{COMMIT} 10001:10001 ")
    assert f"DAGSTER_CONTAINER_IMAGE=sparkify:{COMMIT}" in said


def test_the_image_holds_no_secret_and_nothing_that_its_user_may_change(container: str) -> None:
    script = "id -u; find / -xdev \\( -name .git -o -name .env \\) 2>/dev/null; find /opt/sparkify -writable ! -type l"
    assert buildah("run", *CHROOT, container, "--", "sh", "-c", script).stdout.split() == ["10001"]


def test_the_code_server_loads_a_lake_as_the_images_user(container: str, tmp_path: Path) -> None:
    """With the variables of compose.yaml and Dagster's history in SQLite: the database belongs to test_running.py."""
    lake = LakeDirectory(tmp_path / "lake")
    lake.songs("A", [song()])
    lake.events("2018-11-01", [event()])
    for folder in (tmp_path, *tmp_path.parents[:2]):  # pytest's folders are its user's alone
        folder.chmod(folder.stat().st_mode | 0o055)
    mounts = [word for place in _volumes(tmp_path) for word in ("--volume", place)]
    given = {k: v for k, v in composed()["code"].environment.items() if k.startswith("SPARKIFY_") and not k.endswith("_FILE")}
    variables = [word for name, value in (given | {"DAGSTER_HOME": "/data/dagster"}).items() for word in ("--env", f"{name}={value}")]

    def run(*words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return buildah("run", *CHROOT, *mounts, *variables, container, "--", *words, check=check)

    run("sparkify", "load")
    assert run("sparkify", "query", "--csv", "-", "SELECT COUNT(*) AS plays FROM songplays").stdout.split() == ["plays", "1"]
    assert (tmp_path / "pages" / "dashboard.html").stat().st_uid == 10001
    port = str(free_port())
    command, check = (_with_port(words, port) for words in (composed()["code"].command, composed()["code"].health_command))
    server = subprocess.Popen(["buildah", "run", *CHROOT, *mounts, *variables, container, "--", *command], start_new_session=True)
    try:
        for _ in range(60):
            if not run(*check, check=False).returncode:
                return
            time.sleep(1)
        pytest.fail("the code server was not healthy within a minute")
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)


def _volumes(folder: Path) -> Iterator[str]:
    for name in ("data", "pages"):
        (folder / name).mkdir()
        os.chown(folder / name, 10001, 10001)
        yield f"{folder / name}:/{name}"
    yield f"{folder / 'lake'}:/lake:ro"


def _with_port(words: Sequence[str], port: str) -> list[str]:
    return [port if word == "4000" else word for word in words]
