"""docs/settings.md and .env.example: every setting of every service."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from docs.generator import compose
from docs.generator.fields import table
from docs.generator.schemas import prose
from docs.generator.streams import SERVICES
from shared.settings import StageSettings

ROOT = Path(__file__).parents[2]
PAGE = Path("docs/settings.md")
ENVIRONMENT = Path(".env.example")
TEMPLATE = Path(__file__).with_name("settings.md")
UNITS = {
    "ms": "ms",
    "bytes": "bytes",
    "minute": "words/min",
    "characters": "characters",
    "depth": "levels",
    "items": "documents",
}
SPANS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


class Setting(NamedTuple):
    """One line of the page."""

    name: str
    default: str
    unit: str
    allowed: str
    meaning: str


def parts() -> Iterator[tuple[str, list[Setting]]]:
    """The settings all services share, then each service's own, then what only Docker Compose reads."""
    yield "Every service", list(_settings(StageSettings.model_fields))
    for service in (*SERVICES, "delivery.press", "enrichment.darkroom", "moderation.desk", "site"):
        fields: dict[str, FieldInfo] = import_module(f"services.{service}.settings").Settings.model_fields
        common = {_variable(name, field) for name, field in StageSettings.model_fields.items()}
        # One that all have, such as `batch`, is a service's own where it is set by a name of its own.
        own = {name: field for name, field in fields.items() if _variable(name, field) not in common}
        yield service.rpartition(".")[2].capitalize(), list(_settings(own))
    yield "Docker Compose", [Setting(name, default, "", "", said) for name, default, said in compose.variables()]


def _settings(fields: dict[str, FieldInfo]) -> Iterator[Setting]:
    for name, field in fields.items():
        unit = UNITS.get(name.rpartition("_")[2], "")
        yield Setting(_variable(name, field), _text(field.default), unit, _allowed(field), _meaning(field))


def _variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = str(alias.choices[0])
    return str(alias or f"{StageSettings.model_config['env_prefix']}{name.upper()}")


def _text(value: Any) -> str:
    """As it would be written in the environment."""
    if isinstance(value, Path):
        return (value.relative_to(ROOT) if value.is_relative_to(ROOT) else value).as_posix()
    if isinstance(value, dict | tuple):
        pairs = value.items() if isinstance(value, dict) else ()
        inner = ",".join(f'"{k}":{v}' for k, v in pairs) or ",".join(f'"{item}"' for item in value)
        return f"{{{inner}}}" if isinstance(value, dict) else f"[{inner}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _allowed(field: FieldInfo) -> str:
    said = []
    for limit in field.metadata:
        match limit:
            case Ge(ge=least):
                said.append(f"≥ {least}")
            case Gt(gt=least):
                said.append(f"> {least}")
            case Le(le=most):
                said.append(f"≤ {most}")
            case Lt(lt=most):
                said.append(f"< {most}")
            case _ if pattern := getattr(limit, "pattern", None):
                said.append(f"`{pattern}`")
    return ", ".join(said)


def _meaning(field: FieldInfo) -> str:
    return prose(field.description or "")


def span(setting: Setting) -> str:
    """``7 d`` beside 604800000, where the unit is milliseconds and the number is round."""
    if setting.unit != "ms":
        return ""
    for length, word in SPANS:
        if int(setting.default) and int(setting.default) % length == 0:
            return f" ({int(setting.default) // length} {word})"
    return ""


def files() -> list[tuple[Path, str]]:
    """Path → text."""
    found = list(parts())
    tables = "\n\n".join(f"## {title}\n\n{_table(settings)}" for title, settings in found)
    page = TEMPLATE.read_text("utf-8").replace("<!-- settings -->", tables)
    return [(PAGE, page), (ENVIRONMENT, _environment(found))]


def _table(settings: list[Setting]) -> str:
    shown = [
        (f"`{s.name}`", f"`{s.default}`{span(s)}" if s.default else "", s.unit, s.allowed, s.meaning) for s in settings
    ]
    return table(("variable", "default", "unit", "allowed", "meaning"), shown)


def _environment(found: list[tuple[str, list[Setting]]]) -> str:
    lines = ["# Every setting and its default. Copy to `.env` and uncomment what you change."]
    told: set[str] = set()
    for title, settings in found:
        lines += ["", f"## {title}"]
        # Two services may read one variable: the name of the site is one name.
        for setting in (s for s in settings if s.name not in told):
            told.add(setting.name)
            unit = f" [{setting.unit}]" if setting.unit else ""
            lines += ["", f"# {setting.meaning}{unit}", f"#{setting.name}={setting.default}"]
    return "\n".join(lines) + "\n"
