"""What a page says of other stories, how it is found, and who else learns of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.delivery.house import House
from services.delivery.near import BAND_READ, alike, bands_of, is_copy
from services.delivery.recent import SHOWN, Recent, recent_key, recent_of, shelf_of
from services.delivery.related import READ, abouts_of, chosen, gone_by, ranked
from services.delivery.state import Content, Story, record_key
from shared.articles import Enrichment
from shared.events import ArticleDue
from shared.model import primary
from shared.outcome import Expire, Given, Index, Later, Outcome, Unindex

MOST_SAME = 3
MOST_TOLD = 4
"""Older pages that are asked to look at a new story."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``near`` and ``same`` stay until somebody says look again; ``related`` has the newest to fill up."""

    near: tuple[Recent, ...] = ()
    same: tuple[Recent, ...] = ()
    related: tuple[Recent, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every story the page points to."""
        return tuple(dict.fromkeys(one.id for one in (*self.related, *self.same)))

    @property
    def listings(self) -> tuple[frozenset[object], frozenset[object]]:
        """What is said of those on the matter, in whatever order; what fills up does not matter."""
        return frozenset(one.listing for one in self.near), frozenset(one.listing for one in self.same)


def lists_of(enrichment: Enrichment) -> tuple[str, ...]:
    """Keys of all lists a story is found by."""
    return (*abouts_of(enrichment), *bands_of(enrichment))


def reads_lists(lists: Sequence[str]) -> dict[str, int]:
    """How many of each are read."""
    return {key: BAND_READ if key.startswith("near:") else READ for key in lists}


def look(own: Recent, content: Content, story: Story, given: Given) -> Neighbours:
    """From the lists where they were read; else what the page said before, without what left since."""
    lists = lists_of(content.enrichment)
    if all(key in given.newest for key in lists):
        near = ranked(own, content.enrichment.terms, given.newest)
        same = _copies(own, bands_of(content.enrichment), given.newest)
    else:
        near, same = _kept(own, story.near, given), _kept(own, story.same, given)
    shelf = given.newest.get(recent_key(shelf_of(own.language)), ())
    newest = [recent_of(member) for member in shelf] if len(near) < SHOWN else []
    known = {one.id for one in same}
    fill = (one for one in newest if one.id not in known)
    return Neighbours(near, same, chosen(own, fill, near, gone_by(own, (*newest, *near))))


def has_new_neighbours(story: Story, content: Content, given: Given) -> bool:
    """True where the lists, looked at again, say something else than the page does."""
    if story.member is None:
        return False
    found = look(recent_of(story.member), content, story, given)
    return found.listings != Neighbours(_read(story.near), _read(story.same)).listings


def stands_on(lists: Sequence[str], at: datetime, member: str) -> tuple[Index, ...]:
    """Its member, on all of them."""
    return tuple(Index(key, at.timestamp(), member.encode(), most) for key, most in reads_lists(lists).items())


def lasting(lists: Sequence[str], house: House) -> tuple[Expire, ...]:
    """A word nobody uses any more is forgotten."""
    return tuple(Expire(key, house.related_keep_ms) for key in lists)


def unlisted(story: Story, lists: Sequence[str] = ()) -> tuple[Unindex, ...]:
    """Its member, taken off those lists it stands on that are not among ``lists``."""
    member = (story.member or "").encode()
    return tuple(Unindex(key, member) for key in story.lists if key not in lists)


def tell(
    own: Recent, lists: Sequence[str], found: Neighbours, story: Story, now: datetime, house: House
) -> tuple[Later, ...]:
    """Ask the pages of the nearest to look at a story that is new to them, and other copies at one that came or left.

    It looks again itself, at what was decided while it was. All at the turn of a delay, so that a page is rendered once
    however many stories it learns of.
    """
    delay = max(house.comment_render_delay_ms, 1)
    turn = timedelta(milliseconds=(int(now.timestamp() * 1_000) // delay + 2) * delay)
    at = datetime.fromtimestamp(0, now.tzinfo) + turn
    asked = {one.id for one in found.same} ^ {one.id for one in _read(story.same)}
    if not story.shown:
        asked |= {one.id for one in found.near[:MOST_TOLD]}
    due = [ArticleDue(article_id=id_, revision=0, newer=own.id) for id_ in sorted(asked)]
    if lists and not story.shown:
        due.append(ArticleDue(article_id=own.id, revision=story.revision, lists=tuple(lists)))
    return tuple(Later(at, one) for one in due)


def ask_again(data: ArticleDue, story: Story | None, given: Given) -> Outcome:
    """A page that should look for new neighbours says where it has to look."""
    if story is None or not story.shown or not story.lists:
        return Outcome(note="nothing_due")
    return Outcome(
        later=(Later(given.now, ArticleDue(article_id=data.article_id, revision=0, lists=story.lists)),),
        note="looks_again",
    )


def _copies(own: Recent, bands: Sequence[str], lists: Mapping[str, Sequence[bytes]]) -> tuple[Recent, ...]:
    members = dict.fromkeys(member for key in bands for member in lists[key])
    found = [recent_of(member) for member in members]
    copies = [one for one in found if one.id != own.id and is_copy(own, one)]
    return tuple(sorted(copies, key=lambda one: (-alike(own.sketch, one.sketch), one.id))[:MOST_SAME])


def _kept(own: Recent, members: Sequence[str], given: Given) -> tuple[Recent, ...]:
    data = given.event.data
    changed = {data.gone, data.renamed} if isinstance(data, ArticleDue) else set()
    kept = (_as_it_is(one, given) if one.id in changed else one for one in _read(members))
    return tuple(one for one in kept if one and primary(one.language) == primary(own.language))


def _as_it_is(one: Recent, given: Given) -> Recent | None:
    """``None`` where it is not shown any more."""
    record = given.records.get(record_key(one.id))
    story = Story.of(record) if record else None
    return recent_of(story.member) if story and story.shown and story.member else None


def _read(members: Sequence[str]) -> tuple[Recent, ...]:
    return tuple(recent_of(member) for member in members)
