"""What a rule may ask for, and which check answers it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Label = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
Host = Annotated[str, Field(min_length=3, max_length=253, pattern=r"^[^/:\s]+\.[^/:\s]+$")]
Personal = Literal["email", "account", "card", "coordinates", "phone", "national-id"]


Known = Literal["new", "warned", "premoderated", "suspended", "banned"]
Shut = Literal["premoderated", "staff-only", "closed"]


class Strict(BaseModel):
    """A part of the policy: a key nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class When(Strict):
    """What must be found for a rule to apply; of several conditions, all."""

    words: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    links_over: Annotated[int, Field(ge=0)] | None = None
    links_to: Annotated[tuple[Host, ...], Field(min_length=1)] | None = None
    links_outside: Annotated[tuple[Host, ...], Field(min_length=1)] | None = None
    longer_than: Annotated[int, Field(ge=1)] | None = None
    shorter_than: Annotated[int, Field(ge=1)] | None = None
    patterns: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    personal: Annotated[tuple[Personal, ...], Field(min_length=1)] | None = None
    upper_over: Annotated[float, Field(ge=0, lt=1)] | None = None
    run_over: Annotated[int, Field(ge=1)] | None = None
    invisible_over: Annotated[int, Field(ge=0)] | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] | None = None
    author: Annotated[tuple[Known, ...], Field(min_length=1)] | None = None
    rejected_over: Annotated[float, Field(ge=0, lt=1)] | None = None
    rate_over: Annotated[int, Field(ge=1, le=50)] | None = None
    repeat_over: Annotated[float, Field(ge=0.6, lt=1)] | None = None
    raid_over: Annotated[int, Field(ge=1)] | None = None
    thread: Annotated[tuple[Shut, ...], Field(min_length=1)] | None = None
    sections: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(min_length=1)] | None = (
        None
    )
    scores_over: Annotated[dict[Label, Annotated[float, Field(ge=0, lt=1)]], Field(min_length=1)] | None = None


ANSWERED_BY = {
    "words": "words", "links_over": "links", "links_to": "links", "links_outside": "links",
    "longer_than": "length", "shorter_than": "length", "patterns": "patterns",
    "personal": "personal", "upper_over": "wording", "run_over": "wording", "invisible_over": "wording",
    "languages": "language", "author": "author", "rejected_over": "author", "rate_over": "author",
    "repeat_over": "repeat", "raid_over": "repeat", "thread": "thread", "sections": "thread", "scores_over": "scorer",
}  # fmt: skip
"""Condition → the check whose findings it goes by; the language needs none."""
