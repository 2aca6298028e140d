"""The image and the compose file are what they say: well formed, few rights, nothing secret in the environment."""

import argparse
import re
import shlex
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from linyue.base.settings import BadSetting, Settings, read_settings
from linyue.cli import make_parser
from tests.servers import ROOT

DOCKER = ROOT / "docker"
OPTIONS = argparse.ArgumentParser()
"""The options of `docker compose run` that the manual uses."""
OPTIONS.add_argument("run")
OPTIONS.add_argument("--rm", action="store_true")
OPTIONS.add_argument("--volume", action="append", default=[])
OPTIONS.add_argument("--entrypoint")
OPTIONS.add_argument("service")
OPTIONS.add_argument("words", nargs=argparse.REMAINDER)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DOCKER / "compose.yaml").read_text()))


def test_the_compose_file_follows_the_specification(compose: dict[str, Any]) -> None:
    """Parsed twice: as text by a parser of the whole specification, with references checked, and by hand below."""
    flat = {key: value for key, value in compose.items() if not key.startswith("x-")}
    spec = PyCompose.from_yaml(yaml.safe_dump(flat, allow_unicode=True))
    spec.validate()
    assert set(spec.service_names()) == {"proxy", "web-a", "web-b", "worker", "migrate", "postgres", "redis"}


def test_a_wrong_compose_file_is_noticed(compose: dict[str, Any]) -> None:
    flat = {key: value for key, value in compose.items() if not key.startswith("x-")}
    flat["services"] = flat["services"] | {
        "worker": flat["services"]["worker"] | {"healthcheck": {"interval": "often"}}
    }
    with pytest.raises(Exception, match=r"healthcheck|interval|duration"):
        PyCompose.from_yaml(yaml.safe_dump(flat)).validate()


def test_every_service_is_watched_and_has_few_rights(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service.get("privileged") and "docker.sock" not in str(service), name
        assert re.fullmatch(r"linyue|[a-z]+:[0-9.]+-(?:alpine|bookworm)", service["image"]), f"{name}: a version"
        if name != "migrate":
            # web processes bring theirs with the image; the worker has no port, so it has its own.
            assert "healthcheck" in service or name.startswith("web-"), name
            assert service["restart"] == "unless-stopped", name
        if name not in {"postgres", "redis"}:
            assert service["cap_drop"] == ["ALL"], name
    ports = {name for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"proxy"}, "only the proxy is reached from outside"
    assert compose["networks"]["store"]["internal"] is True
    assert "front" not in compose["services"]["postgres"]["networks"]


def test_no_container_is_given_an_address_that_is_anothers(compose: dict[str, Any]) -> None:
    (front,) = compose["networks"]["front"]["ipam"]["config"]
    given = ip_network(front["ip_range"])
    assert given.subnet_of(ip_network(front["subnet"]))
    fixed = [
        ip_address(network["ipv4_address"])
        for service in compose["services"].values()
        if isinstance(service["networks"], dict)
        for network in service["networks"].values()
        if network
    ]
    assert len(set(fixed)) == len(fixed) == 3
    assert not [one for one in fixed if one in given or one not in ip_network(front["subnet"])]


def test_no_secret_stands_in_an_environment(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            assert key.endswith("_FILE") or not re.search("PASSWORD|SECRET|KEY|DATABASE_URL", key), f"{name}: {key}"
            assert "://" not in str(value) or key in {"LINYUE_REDIS_URL", "LINYUE_ORIGIN"}, f"{name}: {key}"
        for secret in service.get("secrets", []):
            assert compose["secrets"][secret]["file"].startswith("./secrets/")
    assert "docker/secrets/" in (ROOT / ".gitignore").read_text()


def test_settings_of_the_compose_file_are_settings(compose: dict[str, Any]) -> None:
    known = {f"LINYUE_{name.upper()}" for name in Settings.__dataclass_fields__}
    for service in compose["services"].values():
        for key in service.get("environment", {}):
            assert not key.startswith("LINYUE_") or key.removesuffix("_FILE") in known, key


def test_every_command_of_the_manual_can_be_given(compose: dict[str, Any]) -> None:
    """The words are the command line's; the service has no address that a running one holds; a file outlives `--rm`."""
    parser = make_parser()
    told = (DOCKER / "README.md").read_text()
    runs = [shlex.split(line, comments=True) for line in told.splitlines() if line.startswith("docker compose run")]
    for words in runs:
        given = OPTIONS.parse_args(words[2:])
        service = compose["services"][given.service]
        assert given.rm and service["image"] == "linyue" and given.words, words
        assert not isinstance(service["networks"], dict), f"{words}: its address may be taken"
        lasting = [one.split(":")[1] for one in [*service["volumes"], *given.volume]]
        if given.entrypoint:
            assert given.entrypoint == "cp", words
            files = given.words
        else:
            files = [str(getattr(parser.parse_args(given.words), "file", ""))]
        for file in filter(None, files):
            assert str(Path(file).parent) in lasting, f"{words}: {file} is lost with the container"
    assert {"init", "backup", "restore", "doctor"} <= {given[-2] for given in runs} | {given[-1] for given in runs}
    assert Settings(data=Path("/data")).keys_path == Path("/data/keys.json")
    for name, service in compose["services"].items():
        if service["image"] == "linyue":
            assert parser.parse_args(service["command"]).command == service["command"][0], name


def test_the_image_is_small_complete_and_without_root() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    final = text.split("\nFROM ")[-1]
    assert re.search(r"^USER [1-9][0-9]*$", final, re.M), "a number, so that everybody can check that it is not root"
    assert "HEALTHCHECK" in final and "readyz" in final
    assert text.count("--require-hashes") == 2 and text.count("--no-cache-dir") == 3
    assert "ADD " not in text and ":latest" not in text and "apt-get" not in text
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        assert all((ROOT / one).exists() for one in source.split()), source
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "var", "tests", "docker/secrets"} <= set(ignored)


def test_a_setting_may_stand_in_a_file(tmp_path: Any) -> None:
    file = tmp_path / "database_url"
    file.write_text("postgres://linyue:x@postgres/linyue\n")
    assert read_settings({"LINYUE_DATABASE_URL_FILE": str(file)}).database_url == "postgres://linyue:x@postgres/linyue"
    with pytest.raises(BadSetting, match="LINYUE_DATABASE_URL: given twice"):
        read_settings({"LINYUE_DATABASE_URL_FILE": str(file), "LINYUE_DATABASE_URL": "postgres://other"})
    with pytest.raises(BadSetting, match="LINYUE_KEYS_FILE"):
        read_settings({"LINYUE_KEYS_FILE": str(tmp_path / "nothing")})
