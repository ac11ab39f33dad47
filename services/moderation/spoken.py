"""The words of notices; ``locale/`` holds them, one catalogue per language."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from services.moderation.notices import Said
from shared.catalogues import catalogues


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, and after ``reason_`` each public code that has words."""

    language: str
    direction: str
    published: str
    held: str
    rejected: str
    appealed: str
    too_late: str
    sanction_warn: str
    sanction_premoderate: str
    sanction_suspend: str
    sanction_ban: str
    pardoned: str
    reason_after_person: str
    reason_closed: str
    reason_elsewhere: str
    reason_empty: str
    reason_hate: str
    reason_insult: str
    reason_length: str
    reason_links: str
    reason_new: str
    reason_personal_data: str
    reason_repeat: str
    reason_reported: str
    reason_sanctioned: str
    reason_second_person: str
    reason_shouting: str
    reason_unchecked: str
    reason_unreadable: str
    reason_other: str


def spoken() -> Mapping[str, Said]:
    """Language → words. Raises ``LookupError`` for a catalogue that lacks any."""
    found = {}
    for language, words in catalogues("services.moderation", Words).items():
        said = {name.replace("_", "-"): text for name, text in asdict(words).items()}
        reasons = {name.removeprefix("reason-"): text for name, text in said.items() if name.startswith("reason-")}
        found[language] = Said(language, said, reasons)
    return found
