"""An entry that a feed lists no longer is asked for at its own address: 410 Gone is a kill, anything else is not."""

from http import HTTPStatus

from services.ingest.adapters.intake import Intake
from services.ingest.pollers.memory import Known, Memory, asked_once_more
from services.ingest.pollers.read import Reader, Unread
from shared.articles import Status
from shared.events import ArticleSubmitted


async def gone(memory: Memory, reader: Reader, now_s: int, home: str) -> tuple[list[Intake], dict[str, Known]]:
    """Kills to submit, and what is known then. ``home``: the address of the feed."""
    kills: list[Intake] = []
    known = dict(memory.known)
    for key, one in memory.to_ask(now_s):
        try:
            answer = await reader.ask(one.link or "", {"Accept": "*/*"}, method="HEAD", home=home)
        except Unread:
            answer = None
        if answer is None or answer.status != HTTPStatus.GONE:
            known[key] = asked_once_more(one, now_s)
            continue
        revision = one.revision + 1
        kill = ArticleSubmitted(id=one.id, revision=revision, status=Status.CANCELED)
        kills.append(Intake(kill, f"gone+{key}+{revision}"))
        known[key] = one._replace(revision=revision, killed=True, digest="")
    return kills, known
