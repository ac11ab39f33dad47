"""The peer of moderation's bench: what many sites do with the same lists."""

import re
import tomllib
from collections.abc import Callable

from services.moderation.policy_files import DEFAULT
from shared.events import CommentEnriched


def plain_words() -> Callable[[CommentEnriched], bool]:
    """The same lists and kinds, looked for as they are written."""
    terms: dict[str, list[str]] = {}
    for file in ("en", "fa"):
        for one in tomllib.loads((DEFAULT.parent / "wordlists" / f"{file}.toml").read_text("utf-8"))["list"]:
            terms.setdefault(file, []).extend(one["terms"])
    words = {
        language: re.compile(
            r"\b(?:" + "|".join(re.escape(one).replace(r"\*", r"\w*") for one in listed) + r")\b", re.I
        )
        for language, listed in terms.items()
    }
    mail, number = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), re.compile(r"\+?\d[\d ()-]{7,}\d")

    def held(fact: CommentEnriched) -> bool:
        body = fact.comment.body if fact.comment else ""
        listed = words.get(fact.facts.language if fact.facts else "und")
        return bool(
            "http://" in body or "https://" in body or (listed and listed.search(body)) or mail.search(body)
            or number.search(body)
        )  # fmt: skip

    return held
