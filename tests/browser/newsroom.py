"""A newsroom whose words take the whole way, from submission to rendition, by the functions the stages run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.delivery.house import House
from services.enrichment.darkroom.develop import develop
from services.enrichment.draft import House as EnrichmentHouse
from services.enrichment.enrich import enrich, enrich_comment
from services.ingest.admit import admit_article, admit_comment
from services.ingest.ledger import Ledger, article_key, comment_key
from services.moderation.gate import gate
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from shared.events import (
    ArticleEnriched,
    ArticleIngested,
    ArticleSubmitted,
    CommentEnriched,
    CommentIngested,
    CommentModerated,
    CommentSubmitted,
    PictureDeveloped,
    RenditionFact,
)
from shared.outcome import Outcome, Record
from shared.pictures import Developed
from tests.unit.delivery_stories import NOON, Desk

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_RULES = load()
_ENRICHMENT = EnrichmentHouse()


@lru_cache(maxsize=64)
def _developed(original: bytes) -> tuple[Developed, dict[str, bytes]]:
    return develop(original)


class Newsroom:
    """Takes what is submitted in order. ``desk`` keeps what delivery has decided and told."""

    def __init__(self, base_url: str = "", name: str = "Lightwire", enrichment: EnrichmentHouse = _ENRICHMENT) -> None:
        # Bodies travel in their events, so that no test has to look after what is kept by reference.
        self.desk = Desk(House(name=name, base_url=base_url, inline_bytes=2**24))
        self._enrichment = enrichment
        self._ledgers: dict[str, Record] = {}
        self._originals: dict[str, bytes] = {}
        self.pictures: dict[str, bytes] = {}

    @property
    def facts(self) -> list[RenditionFact]:
        """Everything channels were told, in order."""
        return self.desk.told

    def picture(self, content: bytes) -> str:
        """Upload it; its digest."""
        digest = sha256(content).hexdigest()
        self._originals[digest] = content
        return digest

    def develop(self) -> None:
        """All that were uploaded and asked for; ``pictures`` has their files by digest."""
        asked, self.desk.asked = self.desk.asked, []
        for due in asked:
            if due.media is None or due.media not in self._originals:
                continue
            made, files = _developed(self._originals[due.media])
            self.pictures |= files
            self.desk.picture(
                PictureDeveloped(
                    article_id=due.article_id, revision=due.revision, picture=due.media, developed=made
                )
            )  # fmt: skip

    def story(self, **data: Any) -> Outcome:
        """An article as a newsroom submits it. Raises what ingest raises."""
        said = ArticleSubmitted.model_validate_json(json.dumps(data))
        outcome = admit_article(said, self._ledger(article_key(said.id)))
        self._keep(outcome)
        for fact in outcome.publish:
            assert isinstance(fact, ArticleIngested)
            enriched = ArticleEnriched(
                article_id=fact.article_id, revision=fact.revision, change=fact.change, article=fact.article,
                enrichment=enrich(fact.article, self._enrichment) if fact.article else None,
            )  # fmt: skip
            self.desk.article(gate(enriched, _RULES.named, NOON))
        return outcome

    def comment(self, **data: Any) -> CommentModerated | None:
        """A comment as a reader submits it, and what moderation says to it; ``None`` where ingest passed nothing on."""
        said = CommentSubmitted.model_validate_json(json.dumps(data))
        outcome = admit_comment(said, self._ledger(comment_key(said.id)))
        self._keep(outcome)
        for fact in outcome.publish:
            assert isinstance(fact, CommentIngested)
            found = enrich_comment(fact.comment, self._enrichment) if fact.comment else None
            enriched = CommentEnriched(
                comment_id=fact.comment_id, article_id=fact.article_id, revision=fact.revision, comment=fact.comment,
                facts=found,
            )  # fmt: skip
            moderated = CommentModerated(
                comment_id=fact.comment_id, article_id=fact.article_id, revision=fact.revision, comment=fact.comment,
                facts=found, decision=moderate(enriched, _RULES, NOON),
            )  # fmt: skip
            self.desk.comment(moderated)
            return moderated
        return None

    def settle(self) -> None:
        """Let the time come of all that waits: pictures, embargoes, and pages whose comments or pictures are new."""
        self.develop()
        self.desk.later(3_600)
        self.desk.ring()

    def publish(self, folder: Path) -> None:
        """The example newsroom's files, in the order of their names."""
        for file in sorted(folder.glob("*.ndjson")):
            for line in file.read_text("utf-8").splitlines():
                event = json.loads(line)
                data = dict(self._filled(event["data"], folder))
                (self.story if ".article." in event["type"] else self.comment)(**data)
            self.settle()

    def _filled(self, data: dict[str, Any], folder: Path) -> Iterator[tuple[str, Any]]:
        """Times such as ``+8s`` and pictures by their path, as the examples write them, as the wire has them."""
        for name, value in data.items():
            if isinstance(value, str) and value.startswith("+") and value.endswith("s"):
                yield name, (self.desk.now + timedelta(seconds=int(value[1:-1]))).isoformat()
            elif name == "images":
                yield name, [dict(self._picture(image, folder)) for image in value]
            else:
                yield name, value

    def _picture(self, image: dict[str, Any], folder: Path) -> Iterator[tuple[str, Any]]:
        for name, value in image.items():
            if name == "href" and (folder / value).is_file():
                yield "media", self.picture((folder / value).read_bytes())
            else:
                yield name, value

    def _ledger(self, key: str) -> Ledger | None:
        return Ledger.read(self._ledgers.get(key, Record("", {})))

    def _keep(self, outcome: Outcome) -> None:
        for save in outcome.save:
            before = self._ledgers.get(save.key, Record("", {}))
            self._ledgers[save.key] = Record(f"{save.revision}.{save.seq}", {**before.fields, **save.fields})
