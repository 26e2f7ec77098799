"""The Containerfile and compose.yaml: a builder's steps in a clean folder, and what matters."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import ROOT
from tests.e2e.server import Server

DEPLOY = ROOT / "deploy"
STOP_DELAY, GRACE = 5, 20
Steps = list[tuple[str, str]]


def stages() -> list[Steps]:
    """The instructions of the Containerfile, by stage; lines that go on are one."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[Steps] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, " ".join(rest.split())))
    return found


def test_the_linter_of_containers_finds_nothing() -> None:
    program = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([str(program), str(DEPLOY / "Containerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_an_image_is_nobody_s_root_and_named_exactly() -> None:
    build, final = stages()
    assert all(
        re.fullmatch(r"docker\.io/library/python:3\.11\.\d+-slim-bookworm( AS build)?", s[0][1]) for s in (build, final)
    )
    said = dict(final)
    assert said["USER"] == "10001:10001"
    assert said["VOLUME"] == '["/var/lib/amana"]'
    assert said["STOPSIGNAL"] == "SIGTERM"
    assert "/opt/amana/probe.py" in said["HEALTHCHECK"]
    # What the builder is sent is named, and nothing else is.
    allowed = [line[1:] for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines() if line[:1] == "!"]
    copied = [rest.split()[0] for name, rest in build if name == "COPY"]
    assert sorted(allowed) == sorted(copied)


@pytest.mark.soak
def test_a_builder_s_steps_make_something_that_serves(wheel: Path, tmp_path: Path) -> None:
    # As far as that goes without an engine: the steps of the first stage, in a folder instead of an image.
    opt, work = tmp_path / "opt" / "amana", tmp_path / "build"
    work.mkdir()
    opt.parent.mkdir()
    (build, final) = stages()
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    python = shutil.which("python3.11") or sys.executable
    for name, rest in build:
        words = rest.split()
        if name == "COPY":
            source = wheel if words[0].startswith("dist/") else ROOT / words[0]
            shutil.copy(source, opt if words[1] == "/opt/amana/" else work)
        elif name == "RUN":
            command = re.sub(r"^python ", f"{python} ", rest).replace("/opt/amana", str(opt))
            subprocess.run(["/bin/sh", "-ec", command], cwd=work, env=clean, check=True, timeout=600)
    said = dict(final)
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    assert all(f"{name}={value}" in said["ENV"] for name, value in settings.items())
    assert (said["ENTRYPOINT"], said["CMD"].split(",")[0]) == ('["quiz"]', '["serve"')
    # Nobody writes where the product stands.
    for path in opt.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o555)
    before = {path for path in opt.rglob("*") if "__pycache__" not in path.parts}
    server = Server(tmp_path, python=str(opt / "bin" / "python"), home=opt, settings=settings)
    server.command("db", "upgrade")
    probe = [server.python, str(opt / "probe.py"), "/readyz"]
    environment = {**clean, "BASE_URL": server.url, "PORT": str(server.port)}
    assert subprocess.run(probe, env=environment, check=False).returncode == 1
    with server.serving():
        assert subprocess.run(probe, env=environment, check=False).returncode == 0
        refused = {**environment, "BASE_URL": "https://another.example"}
        assert subprocess.run(probe, env=refused, check=False).returncode == 1
    assert {path for path in opt.rglob("*") if "__pycache__" not in path.parts} == before


def compose() -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


@pytest.mark.parametrize("name", compose()["services"])
def test_a_service_of_compose_has_no_rights_and_nothing_to_write_on(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", str(service["user"]))
    assert re.search(r":\d+\.\d+\.\d+$|:\d+\.\d+(\.\d+)?-bookworm$", str(service["image"])), "an exact tag"
    assert "privileged" not in service
    assert "network_mode" not in service


def test_compose_stops_and_starts_in_an_order_that_loses_nothing() -> None:
    services = compose()["services"]
    assert {"nginx", "app1", "app2", "worker", "migrate", "backup", "postgres", "redis"} == set(services)
    for name in ("app1", "app2", "worker"):
        settings = services[name]["environment"]
        assert isinstance(settings, dict)
        assert settings["STOP_DELAY"] == str(STOP_DELAY)
        assert seconds(services[name]["stop_grace_period"]) > GRACE + (STOP_DELAY if name != "worker" else 0)
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}  # type: ignore[index]
    assert services["nginx"]["depends_on"] == {f"app{number}": {"condition": "service_healthy"} for number in (1, 2)}
    for name in ("postgres", "redis"):
        assert "healthcheck" in services[name]
    # Only nginx is reached from outside, and only nginx and the worker get there.
    assert [name for name in services if "ports" in services[name]] == ["nginx"]
    assert {name for name in services if "outside" in services[name]["networks"]} == {"nginx", "worker"}  # type: ignore[operator]
    assert compose()["networks"]["inside"]["internal"] is True


def seconds(said: object) -> int:
    return int(str(said).removesuffix("s"))


def test_where_nginx_finds_the_processes_is_where_they_are() -> None:
    services = compose()["services"]
    hosts = dict(line.split(":") for line in services["nginx"]["extra_hosts"])  # type: ignore[attr-defined]
    peers = re.findall(
        r"^server ([a-z0-9]+):8000 ", (DEPLOY / "nginx" / "peers.compose.conf").read_text(), re.MULTILINE
    )
    assert peers == list(hosts)
    for name, address in hosts.items():
        assert services[name]["networks"] == {"inside": {"ipv4_address": address}}


def test_every_secret_is_a_file_that_nobody_commits() -> None:
    whole = compose()
    for secret in whole["secrets"].values():
        path = str(secret["file"])
        assert path.startswith("./secrets/")
        ignored = subprocess.run(["git", "check-ignore", "-q", f"deploy/{path[2:]}"], cwd=ROOT, check=False)
        assert ignored.returncode == 0
    for name, service in whole["services"].items():
        for setting, value in dict(service.get("environment", {})).items():  # type: ignore[call-overload]
            if re.search(r"SECRET|PASSWORD|DATABASE_URL|MAIL_URL", setting):
                assert setting.endswith("_FILE"), f"{name}: {setting}"
                assert str(value).removeprefix("/run/secrets/") in service["secrets"]  # type: ignore[operator]


def test_what_it_mounts_is_there() -> None:
    for name, service in compose()["services"].items():
        for line in service.get("volumes", []):  # type: ignore[attr-defined]
            place = line.split(":")[0]
            if place.startswith("./") and not place.startswith("./secrets/"):
                assert (DEPLOY / place).is_file(), name
    for service in compose()["services"].values():
        command = service.get("command", [])
        assert not isinstance(command, str), shlex.join(["a list of words", str(command)])
