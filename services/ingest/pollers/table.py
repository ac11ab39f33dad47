"""What can be said about polling a source: the table ``[source.poll]`` of sources.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from shared.addresses import asked

POLLED = ("feed", "wordpress")
"""Adapters whose documents can be asked for."""


class Poll(BaseModel):
    """Where a source is asked, and how often."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(max_length=2_000)]
    """A feed's address, or a collection of a WordPress site: https://desk.example/wp-json/wp/v2/posts."""
    every_s: Annotated[int, Field(ge=5, le=86_400)] = 300
    """Seconds between two polls; after failures longer, up to six hours."""
    user: Annotated[str | None, Field(min_length=1, max_length=200, pattern=r"^[^:\x00-\x1f]+$")] = None
    """WordPress: whose application password it is."""
    password: SecretStr | None = None
    """WordPress: an application password of that user; or one of the next two."""
    password_env: Annotated[str | None, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")] = None
    """Name of an environment variable that holds it."""
    password_file: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    """A file that holds it, beside sources.toml."""
    first_days: Annotated[int, Field(ge=0, le=36_500)] = 7
    """WordPress: the first poll takes what was changed within so many days."""
    overlap_s: Annotated[int, Field(ge=1, le=604_800)] = 7_200
    """WordPress: so far before the newest change known a poll begins: it filters by the clock on the site's wall."""
    ask_gone: bool = True
    """Feeds: ask the address of an entry that is no longer listed; 410 is a kill, anything else is not."""

    @field_validator("url")
    @classmethod
    def _can_be_asked(cls, value: str) -> str:
        try:
            whom = asked(httpx.URL(value))
        except httpx.InvalidURL:
            whom = None
        if whom is None:
            raise ValueError("is no address to poll: write https://host/path, and a password under password")
        return value

    @model_validator(mode="after")
    def _user_and_password(self) -> "Poll":
        given = [one for one in (self.password, self.password_env, self.password_file) if one is not None]
        if len(given) > 1:
            raise ValueError("password is given twice: keep one of password, password_env and password_file")
        if (self.user is None) != (not given):
            raise ValueError("user and password go together: give both, or neither")
        return self

    def with_password(self, environment: Mapping[str, str], folder: Path) -> "Poll":
        """The same with the password at hand. Raises ``ValueError`` that names the key where it cannot be had."""
        found: str | None = None
        if self.password_env is not None:
            found = environment.get(self.password_env, "")
        if self.password_file is not None:
            try:
                found = (folder / self.password_file).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(f"password_file cannot be read: {type(error).__name__}") from None
        if found is None:
            return self
        if not found.strip():
            raise ValueError("password_env or password_file holds nothing: set it, or take the key away")
        given = {"password": SecretStr(found.strip()), "password_env": None, "password_file": None}
        return self.model_copy(update=given)


@dataclass(frozen=True, slots=True)
class Polled:
    """A source that is asked."""

    name: str
    adapter: str
    """One of ``POLLED``."""
    poll: Poll
    options: Mapping[str, str] = field(default_factory=dict)
