"""Render a story and write down that channels show it."""

from services.delivery.editions import MOST, Edition, editions_key, look_again, original_of, others
from services.delivery.house import House
from services.delivery.offers import no_longer_offered, offered, rename_offers
from services.delivery.page import Page
from services.delivery.place import place_of
from services.delivery.recent import KEEP, Recent, recent_key, related, shelf_of
from services.delivery.render import PRESSED, comment_shown, made, render
from services.delivery.state import ARTICLE, PHOTO, STATE, Content, Story, record_key, visible_comments
from services.delivery.withdrawal import no_longer_among, unshelved
from shared.events import BodyDue
from shared.outcome import Expire, Given, Index, Outcome, Save
from shared.renditions import Action

REMEMBERED = 48
"""Keys of replaced bodies a story keeps track of; older ones are dropped, since what is forgotten cannot be
withdrawn."""
ENDINGS = tuple(ending for _, ending in PRESSED)


def show(
    story: Story,
    content: Content,
    photo: bytes | None,
    action: Action,
    given: Given,
    house: House,
    *,
    around: bool = False,
) -> Outcome:
    """Everything channels need of this revision; of a story new to them, its thread too.

    ``around``: only what stands around the text has changed, comments or neighbours, so renditions that show neither
    stay as they are.
    """
    article, enrichment = content.article, content.enrichment
    key = record_key(article.id)
    record = given.records[key]
    sequence = record.seq + 1
    first_shown_at = story.first_shown_at or given.now
    shelf = shelf_of(enrichment.language)
    original = original_of(article)
    listed = given.newest.get(editions_key(original))
    editions = story.editions if listed is None else others(tuple(listed), article.id, enrichment.language)
    page = Page(
        house=house,
        article=article,
        enrichment=enrichment,
        place=story.place or place_of(article.id, enrichment.language, enrichment.slug),
        published_at=article.published_at or first_shown_at,
        comments=visible_comments(record),
        related=related(_neighbours(given, shelf), article.id, enrichment.language),
        editions=editions,
        photo=photo,
        photo_size=story.photo_size,
    )
    specs = tuple(spec for spec in made(house) if spec.lives or not around)
    rendered = render(page, action, sequence, specs)
    thread = () if story.shown else page.comments
    said = [
        comment_shown(comment, article.id, story.revision, action, sequence + position)
        for position, comment in enumerate(thread, 1)
    ]
    again = {spec.name for spec in specs}
    bodies = {name: key for name, key in story.bodies if name not in again and around}
    bodies |= {fact.rendition: f"blob:{fact.sha256}" for fact in rendered.facts if fact.content_ref or fact.encodings}
    pressed = tuple(dict.fromkeys(fact.sha256 for fact in rendered.facts if fact.encodings))
    due = (pressed,) if pressed else ()
    # A compressed body stands and falls with the plain one, wherever the press is with its work.
    live = tuple(dict.fromkeys(key + ending for key in bodies.values() for ending in ("", *ENDINGS)))
    # A body that did not change has the same digest and lives on.
    replaced = tuple(old for old in story.blobs if old not in live)
    superseded = (*(old for old in story.superseded if old not in live), *replaced)
    member = Recent(
        id=article.id,
        language=enrichment.language,
        headline=article.headline,
        place=page.place,
        section=article.section,
        published_at=page.published_at,
        reading_minutes=enrichment.reading_minutes,
    ).model_dump_json()
    edition = None
    if article.translation_of or editions:
        own = Edition(id=article.id, language=enrichment.language, place=page.place)
        edition = (original, own.model_dump_json())
    offers = tuple(one.id for one in page.related)
    after = story.model_copy(
        update={
            "shown": True, "ever_shown": True, "held_until": None, "render_due": None,
            "place": page.place, "first_shown_at": first_shown_at,
            "blobs": live, "bodies": tuple(bodies.items()), "superseded": superseded[-REMEMBERED:],
            "shelf": shelf, "member": member, "related": offers,
            "editions": editions, "edition": edition,
        }
    )  # fmt: skip
    fields = {
        STATE: after.model_dump_json().encode(),
        ARTICLE: content.model_dump_json().encode(),
        PHOTO: photo or b"",
    }
    standing = Index(recent_key(shelf), page.published_at.timestamp(), member.encode(), KEEP)
    moved = (story.shelf, story.member) != (shelf, member)
    joined = edition != story.edition
    renamed = rename_offers(article.id, story.revision, given.now, house) if moved and story.shown else ()
    # A story that turns out to translate another leaves one family and joins the next.
    families = sorted({original, *(story.edition or ())[:1]} if joined else ())
    parted = tuple(
        later
        for family in families
        for later in look_again(family, (*editions, *story.editions), article.id, given.now, house)
    )
    at = page.published_at.timestamp()
    among = (Index(editions_key(edition[0]), at, edition[1].encode(), MOST),) if edition else ()
    return Outcome(
        publish=(
            *rendered.facts,
            *said,
            *(BodyDue(article_id=article.id, revision=story.revision, sequence=sequence, bodies=one) for one in due),
        ),
        save=(Save(key, story.revision, sequence + len(said), fields),),
        blobs=rendered.blobs,
        expire=tuple(Expire(old, house.superseded_blob_ms) for old in replaced),
        drop=superseded[:-REMEMBERED],
        index=(standing, *among, *offered(offers, article.id, given.now)),
        unindex=(
            *(unshelved(story) if moved else ()),
            *(no_longer_among(story) if joined else ()),
            *no_longer_offered(story, article.id, offers),
        ),
        later=(*renamed, *parted),
    )


def _neighbours(given: Given, shelf: str) -> tuple[bytes, ...]:
    return tuple(given.newest.get(recent_key(shelf), ()))
