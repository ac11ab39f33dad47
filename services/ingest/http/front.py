"""What every address of the front works with."""

from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from services.ingest.hostile import Limits
from services.ingest.http.door import Door
from services.ingest.http.inbox import Inbox
from services.ingest.http.meters import Meters
from services.ingest.http.problems import Problem
from services.ingest.settings import Settings
from services.ingest.sources import Known
from shared.events import ArticleSubmitted, CommentSubmitted
from shared.keys import Keys, escape
from shared.media import Media
from shared.streams import Client, passing

Submission = ArticleSubmitted | CommentSubmitted


@dataclass(frozen=True, slots=True)
class Front:
    """One process of it."""

    settings: Settings
    door: Door
    inbox: Inbox
    redis: Client
    keys: Keys
    meters: Meters
    media: Media
    limits: Limits = field(default_factory=Limits)

    def pushed_key(self, known: Known, media_id: str) -> str:
        """Where it is noted which bytes a source pushed under a name of its own."""
        return self.keys.key(f"pushed:{known.source.name}:{escape(media_id)}")

    async def media_of(self, known: Known, said: Submission) -> Submission:
        """With the digest in place of an address whose picture the source has pushed under the end of it.

        Superdesk pushes files first and then names them by addresses of its own that nobody outside can fetch.
        """
        if known.source.scheme != "superdesk" or not isinstance(said, ArticleSubmitted) or not said.images:
            return said
        names = [_names(image.href or "") for image in said.images]
        asked = [self.pushed_key(known, name) for found in names for name in found]
        if not asked:
            return said
        try:
            stored = iter(await self.redis.mget(asked))
        except Exception as error:
            if passing(error):
                raise Problem("away", "Redis does not answer: send it again", retry_s=2) from None
            raise
        images = []
        for image, found in zip(said.images, names, strict=True):
            digests = [digest for _ in found if (digest := next(stored)) is not None]
            update = {"href": None, "media": digests[0].decode()} if digests else {}
            images.append(image.model_copy(update=update))
        return said.model_copy(update={"images": tuple(images)})


def _names(href: str) -> list[str]:
    """What a picture may have been pushed as: the end of its address, of one part or of two."""
    try:
        parts = [unquote(part) for part in urlsplit(href).path.split("/") if part]
    except ValueError:
        return []
    return [parts[-1], *(["/".join(parts[-2:])] if len(parts) > 1 else [])] if parts else []


def digest_of(content: bytes) -> str:
    """The name of bytes."""
    return sha256(content).hexdigest()
