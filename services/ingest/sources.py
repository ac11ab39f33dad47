"""Who may submit, and how each proves it: ``sources.toml``, read at the start and again when it changes."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from services.ingest.adapters import ADAPTERS
from services.ingest.pollers.table import POLLED, Poll, Polled
from services.ingest.signatures import SCHEMES
from services.ingest.signatures.standard_webhooks import key as webhook_key
from shared.errors import finding

Kind = Literal["articles", "comments", "reports", "appeals", "media"]
SHORTEST = 16
"""Characters of a secret: a shorter one can be guessed offline from one signed request."""
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


_Secrets = Annotated[tuple[str, ...], Field(strict=False, repr=False)]


class BadSources(ValueError):  # noqa: N818 - said to the operator
    """The file cannot be used; each line of the message names a line of the file, the key and what to change."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Form(_Table):
    """What a site needs to post comments from a plain HTML form."""

    secrets: _Secrets = ()
    secrets_env: Annotated[tuple[str, ...], Field(strict=False)] = ()
    secrets_file: Annotated[tuple[str, ...], Field(strict=False)] = ()
    origins: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    """Where forms may stand, and where readers are sent back to."""

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _ORIGIN.fullmatch(one):
                raise ValueError("must be origins in lower case without a path, such as https://news.example")
        return value


class Source(_Table):
    """One ``[[source]]``: a system that submits."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """In the address it posts to, and ``/newsroom/NAME`` in every event."""
    adapter: str = "native"
    scheme: str = "bearer"
    secrets: _Secrets = ()
    """Any of them is good: add the new one, change the sender, take the old one away."""
    secrets_env: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Names of environment variables that hold secrets."""
    secrets_file: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Files that hold one secret each, beside this one."""
    read_secrets: _Secrets = ()
    """Bearer tokens for asking what became of stories; with the scheme ``bearer``, ``secrets`` do as well."""
    accepts: Annotated[tuple[Kind, ...], Field(strict=False, min_length=1)] = ("articles", "media")
    rate_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    options: dict[str, str] = {}
    """For the adapter."""
    form: Form | None = None
    poll: Poll | None = None
    """Where it is fetched from instead of waiting for it to push."""

    @field_validator("adapter")
    @classmethod
    def _is_an_adapter(cls, value: str) -> str:
        return _one_of(value, ADAPTERS)

    @field_validator("scheme")
    @classmethod
    def _is_a_scheme(cls, value: str) -> str:
        return _one_of(value, SCHEMES)

    @model_validator(mode="after")
    def _can_be_polled(self) -> "Source":
        if self.poll and self.adapter not in POLLED:
            raise ValueError(f"adapter cannot be polled: with poll it must be one of {', '.join(POLLED)}")
        return self

    @property
    def path(self) -> str:
        """Who speaks, as events say it."""
        return f"/newsroom/{self.name}"


class _File(_Table):
    source: tuple[Source, ...] = Field(default=(), strict=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A source with its secrets at hand; they are in no ``repr``."""

    source: Source
    secrets: tuple[str, ...] = field(repr=False)
    form_secrets: tuple[str, ...] = field(repr=False, default=())
    poll: Poll | None = None
    """With its password at hand."""

    @property
    def readers(self) -> tuple[str, ...]:
        """Tokens that may ask."""
        return self.source.read_secrets + (self.secrets if self.source.scheme == "bearer" else ())


Sources = Mapping[str, Known]
"""Name → source."""


def load(path: Path, environment: Mapping[str, str]) -> Sources:
    """What the file says; nobody where there is no file. Raises ``BadSources``.

    Names of secrets in the environment are looked up in ``environment``; files of secrets beside ``path``.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadSources(f"{path}: cannot be read: {type(error).__name__}") from None
    try:
        told = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadSources(f"{path}: {error}") from None
    except ValidationError as error:
        raise BadSources("\n".join(_said(path, text, problem) for problem in error.errors())) from None
    found: dict[str, Known] = {}
    for number, source in enumerate(told.source):
        at = _Place(path, text, number)
        if source.name in found:
            raise BadSources(at.says("name", "is there already: names are addresses, give each source its own"))
        secrets = _secrets(source, at, environment, needed=source.poll is None)
        if source.scheme == "standard-webhooks":
            _are_webhook_keys(secrets, at)
        form = _secrets(source.form, at, environment, needed=True) if source.form else ()
        if any(len(token) < SHORTEST for token in source.read_secrets):
            raise BadSources(at.says("read_secrets", f"must have at least {SHORTEST} characters each"))
        found[source.name] = Known(source, secrets, form, _poll(source, at, environment))
    return found


def polled(sources: Sources) -> list[Polled]:
    """Those that are asked."""
    return [
        Polled(known.source.name, known.source.adapter, known.poll, known.source.options)
        for known in sources.values()
        if known.poll
    ]


def _one_of(value: str, known: Mapping[str, object]) -> str:
    if value not in known:
        near = get_close_matches(value, known, 1)
        meant = f"did you mean {near[0]}? It " if near else ""
        raise ValueError(f"{meant}must be one of {', '.join(sorted(known))}")
    return value


@dataclass(frozen=True, slots=True)
class _Place:
    """The n-th source of a file."""

    path: Path
    text: str
    number: int

    def says(self, key: str, what: str) -> str:
        return f"{self.path}:{_line(self.text, self.number, key)}: source[{self.number}].{key} {what}"


def _secrets(table: Source | Form, at: _Place, environment: Mapping[str, str], *, needed: bool) -> tuple[str, ...]:
    found = [("secrets", secret) for secret in table.secrets]
    for name in table.secrets_env:
        if not _VARIABLE.fullmatch(name) or not environment.get(name):
            raise BadSources(at.says("secrets_env", "names a variable that is not set: set it, or take the name away"))
        found.append(("secrets_env", environment[name]))
    for name in table.secrets_file:
        try:
            found.append(("secrets_file", (at.path.parent / name).read_text("utf-8").strip()))
        except (OSError, UnicodeDecodeError) as error:
            raise BadSources(
                at.says("secrets_file", f"names a file that cannot be read: {type(error).__name__}")
            ) from None
    for key, secret in found:
        # Never which: a secret that is nearly right is a secret too.
        if len(secret) < SHORTEST:
            raise BadSources(at.says(key, f"must have at least {SHORTEST} characters each: make one with a generator"))
        if not (secret.isascii() and secret.isprintable()):
            raise BadSources(at.says(key, "must be printable ASCII: headers carry nothing else"))
    if needed and not found:
        raise BadSources(at.says("secrets", "is missing: nobody could submit; add one, or secrets_env, secrets_file"))
    return tuple(secret for _, secret in found)


def _poll(source: Source, at: _Place, environment: Mapping[str, str]) -> Poll | None:
    try:
        return source.poll and source.poll.with_password(environment, at.path.parent)
    except ValueError as error:
        raise BadSources(at.says("poll", str(error))) from None


def _are_webhook_keys(secrets: tuple[str, ...], at: _Place) -> None:
    for secret in secrets:
        try:
            webhook_key(secret)
        except ValueError as error:
            raise BadSources(at.says("secrets", str(error))) from None


def _said(path: Path, text: str, problem: Any) -> str:
    """One line of what pydantic found, without the value: it may be a secret at the wrong key."""
    loc = [part for part in problem["loc"] if not isinstance(part, str) or part.isprintable()]
    number = next((part for part in loc if isinstance(part, int)), 0)
    name = next((part for part in reversed(loc[2:]) if isinstance(part, str)), str(loc[0]) if loc else "")
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    return f"{path}:{_line(text, number, name)}: {where}: {_what(problem)}"


def _what(problem: Any) -> str:
    """In the words of TOML, with the key that may have been meant."""
    kind, key = problem["type"], str(problem["loc"][-1]) if problem["loc"] else ""
    if kind == "extra_forbidden":
        known = {**Source.model_fields, **Form.model_fields, **Poll.model_fields, "source": None}
        near = get_close_matches(key, known, 1)
        return "is no key here" + (f": did you mean {near[0]}?" if near else ": docs/formats.md lists them")
    if kind == "tuple_type":
        return 'must be a list: write ["…"], and [[source]] with two brackets for each source'
    if kind == "string_pattern_mismatch" and key == "name":
        return "must have 1 to 63 of a-z, 0-9 and -, and begin with a letter or digit"
    return finding(problem)


def _line(text: str, number: int, key: str) -> int:
    """The line where the ``number``-th source says ``key``; where it begins, if it does not say it."""
    word = re.escape(key)
    inside, outside = re.compile(rf"(\[source\.)?{word}\s*[=\].]"), re.compile(rf"\[*{word}\]*\s*($|=)")
    seen, begins = -1, 1
    for at, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("[[source]]"):
            seen += 1
            if seen > number:
                break
            begins = at
        elif (inside if seen == number else outside).match(bare) and seen in {-1, number}:
            return at
    return begins
