"""docker-compose.yml and the Dockerfile, as far as reading them can tell."""

import ast
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from services import embedded

SERVICES = ("ingest", "enrichment", "moderation", "delivery", "site")
PROCESSES = {name: f"services.{name}" for name in SERVICES} | {
    "press": "services.delivery.press",
    "darkroom": "services.enrichment.darkroom",
    "desk": "services.moderation.desk",
}
"""Name → module; press, darkroom and desk run from the images of delivery, enrichment and moderation."""

KEYS = {
    "delivery": ("LIGHTWIRE_SIGNING_KEYS", "/keys/newsroom"),
    "site": ("LIGHTWIRE_SITE_KEYS", "/keys/edition"),
}
"""Who signs → the setting and the folder of the key."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors resolved; variables stay as they are written."""
    file = Path(__file__).parents[2] / "docker-compose.yml"
    loaded: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (Path(__file__).parents[2] / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("name", PROCESSES)
def test_a_service_runs_the_command_that_also_runs_it_outside_a_container(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["command"] == ["python", "-m", PROCESSES[name]]
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", PROCESSES[name], "health"]


def test_compose_and_make_run_start_the_same_services_on_the_same_ports(compose: dict[str, Any]) -> None:
    alike = {service.name: (service.port_setting, service.port) for service in embedded.SERVICES}

    inside = {
        name: next(
            (key, value) for key, value in compose["services"][name]["environment"].items() if key.endswith("_PORT")
        )
        for name in PROCESSES
    }

    assert inside == alike


@pytest.mark.parametrize("name", PROCESSES)
def test_a_service_starts_after_redis_is_healthy_and_migrated(compose: dict[str, Any], name: str) -> None:
    keys = {"keys": {"condition": "service_completed_successfully"}} if name in KEYS else {}

    assert compose["services"][name]["depends_on"] == keys | {
        "redis": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_each_key_is_seen_by_who_signs_with_it_and_by_nobody_else(compose: dict[str, Any], dockerfile: str) -> None:
    seen = {
        (name, *volume.split(":")) for name, service in compose["services"].items()
        for volume in service.get("volumes", ()) if "keys" in volume
    }  # fmt: skip

    assert seen == {
        ("keys", "newsroom-keys", "/keys/newsroom"),
        ("keys", "edition-keys", "/keys/edition"),
        ("delivery", "newsroom-keys", "/keys/newsroom", "ro"),
        ("site", "edition-keys", "/keys/edition", "ro"),
    }
    for name, (setting, folder) in KEYS.items():
        assert compose["services"][name]["environment"][setting] == folder
        assert folder in dockerfile
    assert compose["services"]["keys"]["command"] == ["keys", "ready", "/keys/newsroom", "/keys/edition"]


def test_pictures_are_written_by_who_takes_and_makes_them_and_read_by_who_serves_them(
    compose: dict[str, Any], dockerfile: str
) -> None:
    seen = {
        name: next(volume for volume in service["volumes"] if volume.startswith("media:"))
        for name, service in compose["services"].items()
        if any(volume.startswith("media:") for volume in service.get("volumes", ()))
    }

    assert seen == {"ingest": "media:/media", "darkroom": "media:/media", "site": "media:/media:ro"}
    assert {name: compose["services"][name]["environment"]["LIGHTWIRE_MEDIA"] for name in seen} == dict.fromkeys(
        seen, "${LIGHTWIRE_MEDIA:-/media}"
    )
    assert " /media " in dockerfile


@pytest.mark.parametrize("name", [*PROCESSES, "redis"])
def test_what_should_run_runs_again_after_any_end_and_has_time_to_finish(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["restart"] == "always"
    assert service["stop_grace_period"] == "30s"
    assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", [*PROCESSES, "redis", "migrate", "keys", "cli"])
def test_no_container_can_write_its_root_or_gain_a_right(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["init"] is True
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]
    assert "privileged" not in service
    assert "cap_add" not in service


@pytest.mark.parametrize("name", [*SERVICES, "redis", "migrate"])
def test_every_image_is_a_variable_with_a_default(compose: dict[str, Any], name: str) -> None:
    assert re.fullmatch(
        rf"\$\{{LIGHTWIRE_(?:{name.upper()}|CLI)_IMAGE:-[a-z0-9:.-]+\}}", compose["services"][name]["image"]
    )


def test_redis_keeps_what_it_acknowledged_and_throws_nothing_away(compose: dict[str, Any]) -> None:
    redis = compose["services"]["redis"]
    words = redis["command"][1:]

    said = dict(zip(words[::2], words[1::2], strict=True))

    assert said["--appendonly"] == "yes"
    assert said["--appendfsync"] == "always"
    assert said["--maxmemory-policy"] == "noeviction"
    assert "redis-data:/data" in redis["volumes"]
    assert "ports" not in redis


def test_ports_are_published_on_this_machine_only(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]

    assert len(published) == 3
    assert all(re.fullmatch(r"127\.0\.0\.1:\$\{LIGHTWIRE_[A-Z]+_PORT:-(\d+)\}:\1", port) for port in published)


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_holds_its_service_and_what_all_share_and_no_other(dockerfile: str, name: str) -> None:
    _, _, target = dockerfile.partition(f"AS {name}\n")

    target = target.partition("\nFROM ")[0]

    assert re.findall(r"services/\S*|\bshared\b", " ".join(re.findall(r"^COPY (.*)", target, re.MULTILINE))) == [
        "shared", "shared", "services/__init__.py", "services/", f"services/{name}", f"services/{name}",
    ]  # fmt: skip
    assert f"--require-hashes -r requirements/{name}.txt" in target
    assert "USER lightwire\n" in target
    assert f'CMD ["python", "-m", "services.{name}"]' in target


def test_the_dockerfile_needs_nothing_but_its_base_image(dockerfile: str) -> None:
    assert "syntax=" not in dockerfile
    assert "ARG PYTHON_IMAGE=python:3.13-slim\nFROM ${PYTHON_IMAGE} AS base\n" in dockerfile
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${PYTHON_IMAGE}", "base"}


@pytest.mark.parametrize("name", [*SERVICES, "cli", "run", "dev"])
def test_a_lock_pins_every_package_with_hashes_and_names_no_index(project: Path, name: str) -> None:
    lock = (project / "requirements" / f"{name}.txt").read_text("utf-8")
    packages = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]

    assert packages
    assert all(re.match(r"[a-z0-9-]+==\S+ .*\\$", line) for line in packages)
    assert lock.count("--hash=sha256:") >= len(packages)
    assert "://" not in lock
    assert "--index" not in lock


@pytest.mark.parametrize("name", [*SERVICES, "cli", "run"])
def test_images_run_the_very_versions_that_are_tested(project: Path, name: str) -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==\S+", (project / "requirements" / f"{lock}.txt").read_text("utf-8"), re.M))

    assert pins(name) <= pins("dev")


@pytest.mark.parametrize("name", [*SERVICES, "cli"])
def test_an_image_installs_everything_its_code_imports(project: Path, name: str) -> None:
    services = project / "services"
    own = (
        [*services.glob("*.py"), *services.glob("commands/*.py")] if name == "cli" else services.glob(f"{name}/**/*.py")
    )
    lock = (project / "requirements" / f"{name}.txt").read_text("utf-8")

    imported = {module.partition(".")[0] for path in reached(own, project) for module in imports(path)}

    distributions = packages_distributions()
    for module in sorted(imported - sys.stdlib_module_names - {"services", "shared"}):
        candidates = {distribution.lower().replace("_", "-") for distribution in distributions[module]}
        assert candidates & set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)), f"{module} is not in {name}.txt"


def reached(own: Iterable[Path], project: Path) -> set[Path]:
    """A service's own files, and those of ``shared`` they lead to: not every service needs all of it."""
    waiting, met = list(own), set[Path]()
    while waiting:
        path = waiting.pop()
        if path in met:
            continue
        met.add(path)
        modules = (
            project / f"{module.replace('.', '/')}.py" for module in imports(path) if module.startswith("shared.")
        )
        waiting += [module for module in modules if module.is_file()]
    return met


def imports(path: Path) -> set[str]:
    """Full names of the modules a file imports, and of what it imports from them."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return plain | {n.module or "" for n in froms} | {f"{n.module}.{a.name}" for n in froms for a in n.names}
