"""pictures.due → develop → pictures.developed; pictures.dropped → forget."""

from datetime import UTC, datetime
from functools import partial

from services.enrichment.darkroom.fetch import Fetcher
from services.enrichment.darkroom.limits import Unusable
from services.enrichment.darkroom.originals import Darkroom, original_key
from services.enrichment.darkroom.settings import Settings
from services.enrichment.darkroom.sweep import Sweep
from shared.events import PictureDeveloped, PictureDropped, PictureDue
from shared.media import Media
from shared.outcome import Given, Outcome
from shared.pictures import Developed, picture_of, shows_key
from shared.stage import Stage


def build(settings: Settings) -> Stage:
    """The stage that develops pictures. Raises ``Unusable`` where they cannot be kept, before anything is read."""
    stage = Stage("darkroom", settings)
    media, limits = Media(settings.media), settings.limits()
    fetcher = Fetcher(settings.hosts(), limits)
    stage.app.after_shutdown(fetcher.close)
    sweep = Sweep(media, settings.upload_keep_ms, partial(datetime.now, UTC))
    stage.app.after_startup(sweep.start)
    stage.app.on_shutdown(sweep.stop)

    async def uploaded(digest: str) -> bytes | None:
        key = stage.keys.key(original_key(digest))
        if await stage.redis.strlen(key) > limits.max_bytes:
            raise Unusable(f"has more than {limits.max_bytes:,} bytes: send a smaller one")
        found: bytes | None = await stage.redis.get(key)
        return found

    async def shown(file: str) -> bool:
        return bool(await stage.redis.zcard(stage.keys.key(shows_key(file))))

    darkroom = Darkroom(media, uploaded, shown, fetcher, limits)

    @stage.on(PictureDue, prepare=darkroom.develop)
    def picture_due(due: PictureDue, given: Given) -> Outcome:
        if not isinstance(given.found, Developed):
            raise TypeError("nothing was prepared")
        developed = PictureDeveloped(
            article_id=due.article_id,
            revision=due.revision,
            picture=picture_of(due.media, due.href),
            developed=given.found,
        )
        # With the same commit the bytes as they were sent are gone, and with them where they were taken.
        return Outcome(publish=(developed,), drop=(original_key(due.media),) if due.media else ())

    @stage.on(PictureDropped, prepare=darkroom.forget, timed=True)
    def picture_dropped(gone: PictureDropped, given: Given) -> Outcome:
        return Outcome(note="forgotten" if given.found else "shown_elsewhere", drop=(original_key(gone.picture),))

    return stage
