"""What a page says by itself; a language is complete when it has every word."""

from dataclasses import dataclass

from shared.articles import Direction


@dataclass(frozen=True, slots=True)
class Words:
    """``{n}`` stands for a number, ``{name}`` for the house."""

    language: str
    direction: Direction
    skip: str
    by: str
    updated: str
    minutes: str
    correction: str
    photo: str
    act: str
    act_text: str
    write: str
    campaign: str
    related: str
    comments: str
    no_comments: str
    comments_closed: str
    comments_more: str
    member: str
    staff: str
    light: str
    full: str
    offer: str
    offer_text: str
    close: str
    original: str
    killed: str
    killed_text: str
    withheld: str
    withheld_text: str
    front: str
