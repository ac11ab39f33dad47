"""A JSON document one can ask for fields that may be missing or of another kind, and where each stands."""

import json
from collections.abc import Iterator
from typing import Any

from services.ingest.adapters.intake import Document, Refused
from services.ingest.hostile import examine
from shared.errors import Rejected, Undecodable
from shared.model import whole


class Node:
    """A value and its JSON Pointer. What is missing is a node too: its ``value`` is ``None``, and it is false."""

    __slots__ = ("_names", "at", "fold", "value")

    def __init__(self, value: Any, at: str = "", *, fold: bool = False) -> None:
        self.value, self.at, self.fold = value, at, fold
        self._names: dict[str, str] | None = None

    def __bool__(self) -> bool:
        return self.value is not None

    def __getitem__(self, key: str | int) -> "Node":
        """A member by name, or by position; with ``fold``, names are told apart by their letters alone."""
        if isinstance(key, int):
            found = self.value[key] if isinstance(self.value, list) and key < len(self.value) else None
            return Node(found, f"{self.at}/{key}", fold=self.fold)
        if not isinstance(self.value, dict):
            return Node(None, f"{self.at}/{_token(key)}", fold=self.fold)
        name = self._folded().get(key, key) if self.fold else key
        return Node(self.value.get(name), f"{self.at}/{_token(name)}", fold=self.fold)

    def __iter__(self) -> Iterator["Node"]:
        """The elements of a list; of anything else none."""
        for position in range(len(self.value) if isinstance(self.value, list) else 0):
            yield self[position]

    @property
    def text(self) -> str | None:
        """A string that is more than spaces, without those around it."""
        return (self.value.strip() or None) if isinstance(self.value, str) else None

    @property
    def names(self) -> list[str]:
        """Of an object's members, in its order; with ``fold`` in lower case."""
        if not isinstance(self.value, dict):
            return []
        return list(self._folded()) if self.fold else list(self.value)

    def _folded(self) -> dict[str, str]:
        if self._names is None:
            self._names = {name.lower(): name for name in self.value}
            if len(self._names) != len(self.value):
                raise Refused(self.at, "has a name twice that differs in its capitals alone: leave only one")
        return self._names

    def first(self, *keys: str) -> "Node":
        """The first of these members that holds words or a number; else the first of them."""
        found = [self[key] for key in keys]
        return next((one for one in found if one.text or isinstance(one.value, int | float)), found[0])


class Objection:
    """What is wrong with a document as a whole. A withdrawal passes in spite of it, by its id and revision alone."""

    __slots__ = ("refused",)

    def __init__(self, refused: Refused | None = None) -> None:
        self.refused = refused

    def insist(self) -> None:
        """Raise it, if there is any."""
        if self.refused is not None:
            raise self.refused


def read_json(document: Document, *, fold: bool = False) -> tuple[Node, Objection]:
    """The document, and what the door has against single values of it. Raises ``Refused`` where it is no JSON."""
    try:
        return Node(examine(document.body, document.limits), fold=fold), Objection()
    except Undecodable as error:
        raise refusal(error) from None
    except Rejected as error:
        # It is JSON that holds a value no story may have.
        return Node(json.loads(document.body, parse_int=whole), fold=fold), Objection(refusal(error))


def refusal(error: Rejected) -> Refused:
    """The door's refusal with its pointer apart."""
    if isinstance(error, Refused):
        return error
    told = str(error)
    pointer, _, rest = told.partition(" ")
    return Refused(pointer, rest) if pointer.startswith("/") else Refused("", told)


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
