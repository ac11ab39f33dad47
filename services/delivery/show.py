"""Render a story and write down that channels show it."""

from services.delivery.editions import MOST, Edition, editions_key, look_again, original_of, others
from services.delivery.house import House
from services.delivery.near import sketch_of
from services.delivery.neighbours import lasting, lists_of, look, stands_on, tell, unlisted
from services.delivery.offers import no_longer_offered, offered, rename_offers
from services.delivery.page import Page
from services.delivery.pictures import Pictures, begins_to_show, marks, no_longer_shows, packed
from services.delivery.place import place_of
from services.delivery.recent import KEEP, Recent, recent_key, recent_of, shelf_of
from services.delivery.render import PRESSED, comment_shown, made, render
from services.delivery.state import ARTICLE, PICTURES, STATE, Content, Story, record_key, visible_comments
from services.delivery.typography import well_set
from services.delivery.withdrawal import no_longer_among, unshelved
from shared.events import BodyDue
from shared.outcome import Expire, Given, Index, Later, Outcome, Save
from shared.renditions import Action

REMEMBERED = 48
"""Keys of replaced bodies a story keeps track of; older ones are dropped, since what is forgotten cannot be
withdrawn."""
ENDINGS = tuple(ending for _, ending in PRESSED)


def show(
    story: Story,
    content: Content,
    pictures: Pictures,
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
    # A picture that has come since is for all of them.
    around = around and marks(pictures) == story.pictures
    article, enrichment = content.article, content.enrichment
    if house.typography:
        article, enrichment = well_set(article, enrichment)
    key = record_key(article.id)
    record = given.records[key]
    sequence = record.seq + 1
    first_shown_at = story.first_shown_at or given.now
    shelf = shelf_of(enrichment.language)
    original = original_of(article)
    listed = given.newest.get(editions_key(original))
    editions = story.editions if listed is None else others(tuple(listed), article.id, enrichment.language)
    place = story.place or place_of(article.id, enrichment.language, enrichment.slug)
    published_at = article.published_at or first_shown_at
    own = Recent(
        id=article.id,
        language=enrichment.language,
        headline=article.headline,
        place=place,
        section=article.section,
        published_at=published_at,
        reading_minutes=enrichment.reading_minutes,
        supersedes=article.supersedes,
        translation_of=article.translation_of,
        sketch=sketch_of(enrichment.fingerprint),
    )
    neighbours, lists = look(own, content, story, given), lists_of(enrichment)
    page = Page(
        house=house,
        article=article,
        enrichment=enrichment,
        place=place,
        published_at=published_at,
        comments=visible_comments(record),
        related=neighbours.related,
        same=neighbours.same,
        editions=editions,
        pictures=pictures,
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
    member = own.model_dump_json(exclude_none=True)
    edition = None
    if article.translation_of or editions:
        edition = (original, Edition(id=article.id, language=enrichment.language, place=place).model_dump_json())
    after = story.model_copy(
        update={
            "shown": True, "ever_shown": True, "held_until": None, "render_due": None,
            "place": page.place, "first_shown_at": first_shown_at,
            "blobs": live, "bodies": tuple(bodies.items()), "superseded": superseded[-REMEMBERED:],
            "shelf": shelf, "member": member, "related": neighbours.ids, "lists": lists,
            "near": tuple(one.model_dump_json(exclude_none=True) for one in neighbours.near),
            "same": tuple(one.model_dump_json(exclude_none=True) for one in neighbours.same),
            "editions": editions, "edition": edition, "pictures": marks(pictures),
        }
    )  # fmt: skip
    fields = {
        STATE: after.model_dump_json().encode(),
        ARTICLE: content.model_dump_json().encode(),
        PICTURES: packed(pictures),
    }
    standing = Index(recent_key(shelf), page.published_at.timestamp(), member.encode(), KEEP)
    moved = (story.shelf, story.member) != (shelf, member)
    joined = edition != story.edition
    listed_before = recent_of(story.member).listing if story.member and moved else own.listing
    renamed: tuple[Later, ...] = ()
    if story.shown and listed_before != own.listing:
        renamed = rename_offers(article.id, story.revision, given.now, house)
    # A story that turns out to translate another leaves one family and joins the next.
    families = sorted({original, *(story.edition or ())[:1]} if joined else ())
    parted = tuple(
        later
        for family in families
        for later in look_again(family, (*editions, *story.editions), article.id, given.now, house)
    )
    at = published_at.timestamp()
    # What only stands around a text changes nothing of what it is about.
    stands = () if around and not moved and lists == story.lists else lists
    among = (Index(editions_key(edition[0]), at, edition[1].encode(), MOST),) if edition else ()
    return Outcome(
        publish=(
            *rendered.facts,
            *said,
            *(BodyDue(article_id=article.id, revision=story.revision, sequence=sequence, bodies=one) for one in due),
        ),
        save=(Save(key, story.revision, sequence + len(said), fields),),
        blobs=rendered.blobs,
        expire=(*(Expire(old, house.superseded_blob_ms) for old in replaced), *lasting(stands, house)),
        drop=superseded[:-REMEMBERED],
        index=(
            standing,
            *stands_on(stands, published_at, member),
            *among,
            *offered(neighbours.ids, article.id, given.now),
            *begins_to_show(story, pictures, article.id, given.now),
        ),
        unindex=(
            *(unshelved(story) if moved else unlisted(story, lists)),
            *(no_longer_among(story) if joined else ()),
            *no_longer_offered(story, article.id, neighbours.ids),
            *no_longer_shows(story, article.id, pictures),
        ),
        later=(*renamed, *parted, *tell(own, lists, neighbours, story, given.now, house)),
    )
