"""Decide what channels are told about a story: shown, held back, or withdrawn.

Rules: contract, sections 4 and 5. Nothing here ever goes back to a lower revision.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from services.delivery.editions import MOST, editions_key, original_of, others
from services.delivery.house import House
from services.delivery.neighbours import ask_again, has_new_neighbours, lists_of, reads_lists
from services.delivery.offers import AT_ONCE, RENAMED_AT_ONCE, offers_key, pages_to_clear, pages_to_rename
from services.delivery.pictures import Pictures, due, kept, marks, packed
from services.delivery.recent import READ, SHELVES, recent_key, shelf_of
from services.delivery.show import show
from services.delivery.state import ARTICLE, PICTURES, STATE, Content, Story, record_key
from services.delivery.withdrawal import off_the_shelf, taken_back, withdraw_story
from shared.articles import Change
from shared.comments import Verdict
from shared.events import ArticleDue, ArticleModerated
from shared.outcome import Given, Later, Outcome, Reads, Record, Save
from shared.renditions import Action


def reads_article(data: ArticleModerated) -> Reads:
    """The article's record, and the newest stories of its language."""
    key = record_key(data.article_id)
    if not data.article or not data.enrichment:
        return Reads(records={key: (STATE, PICTURES)})
    shelf = recent_key(shelf_of(data.enrichment.language))
    editions = editions_key(original_of(data.article))
    near = reads_lists(lists_of(data.enrichment))
    return Reads(records={key: None}, newest={shelf: READ, editions: MOST, **near})


def reads_due(data: ArticleDue) -> Reads:
    """The article's record, and the newest stories of every language, since its own is in the record.

    Of a story that was withdrawn or renamed: those that point to it; of a page that does, how that story stands now.
    """
    if data.newer is not None:
        return Reads(records={record_key(data.article_id): (STATE,)})
    newest = {recent_key(shelf): READ for shelf in SHELVES}
    if data.edition_of is not None:
        newest[editions_key(data.edition_of)] = MOST
    if data.article_id in (data.gone, data.renamed):
        newest = {offers_key(data.article_id): AT_ONCE if data.gone else RENAMED_AT_ONCE}
    newest |= reads_lists(data.lists)
    changed = {one: (STATE,) for one in (data.gone, data.renamed) if one is not None}
    records = {record_key(one): fields for one, fields in changed.items()}
    return Reads(records={**records, record_key(data.article_id): None}, newest=newest)


def deliver_article(data: ArticleModerated, given: Given, house: House) -> Outcome:
    """What a new revision means for those who show an earlier one."""
    key = record_key(data.article_id)
    record = given.records[key]
    story = Story.of(record)
    version = (data.revision, data.decision.seq)
    if story and version <= (story.revision, story.decided):
        return Outcome(note="duplicate" if version == (story.revision, story.decided) else "stale")
    content = _may_be_shown(data)
    if content is None:
        change = data.change if data.change.withdraws else Change.WITHHELD
        return withdraw_story(data, change, record, story, given.now, house)
    story = _replaced(story, data, content)
    pictures = kept(record, content.article)
    until = content.article.embargoed_until
    if until and until > given.now:
        outcome = _hold(story, content, pictures, until, record, given.now, house)
    else:
        outcome = show(story, content, pictures, _action(story, data.change), given, house)
    # Asked for with the same commit, so a picture cannot be ready before its story is known. Nobody waits for it.
    return replace(outcome, publish=(*outcome.publish, *due(content.article, pictures)))


def deliver_due(data: ArticleDue, given: Given, house: House) -> Outcome:
    """Release what was held, or render a story again: for comments, for pictures, or without one that was withdrawn.

    An alarm says only "look now": it may come twice, early, or for a revision that was replaced.
    """
    record = given.records[record_key(data.article_id)]
    story = Story.of(record)
    if data.gone == data.article_id:
        return pages_to_clear(data, story, given)
    if data.renamed == data.article_id:
        return pages_to_rename(data, story, given)
    if data.newer is not None:
        return ask_again(data, story, given)
    stored = record.fields.get(ARTICLE)
    if story is None or stored is None:
        return Outcome(note="nothing_due")
    content = Content.model_validate_json(stored)
    pictures = kept(record, content.article)
    if story.held_until:
        if given.now >= story.held_until:
            return show(story, content, pictures, _action(story, story.change), given, house)
        if data.revision == story.revision and data.gone is None and data.renamed is None:
            return Outcome(later=(_alarm(story, content, story.held_until),), note="early")
    elif story.shown and story.render_due:
        action = Action.COMMENTED if marks(pictures) == story.pictures else Action.UPDATED
        return show(story, content, pictures, action, given, house, around=True)
    elif story.shown and (
        {data.gone, data.renamed} & {*story.related}
        or _has_new_editions(story, content, data, given)
        or (data.lists and has_new_neighbours(story, content, given))
    ):
        return show(story, content, pictures, Action.UPDATED, given, house, around=True)
    return Outcome(note="nothing_due")


def _has_new_editions(story: Story, content: Content, data: ArticleDue, given: Given) -> bool:
    """True where the story counts among the editions that have changed, and its page does not name them as they are."""
    if data.edition_of is None or data.edition_of != original_of(content.article):
        return False
    listed = tuple(given.newest.get(editions_key(data.edition_of), ()))
    return others(listed, data.article_id, content.enrichment.language) != story.editions


def _may_be_shown(data: ArticleModerated) -> Content | None:
    """The text, unless something says no: what is not clearly allowed is not shown."""
    allowed = data.decision.verdict in {Verdict.PUBLISH, Verdict.FLAG} and not data.change.withdraws
    if allowed and data.article and data.enrichment:
        return Content(article=data.article, enrichment=data.enrichment)
    return None


def _replaced(story: Story | None, data: ArticleModerated, content: Content) -> Story:
    before = story.model_dump(exclude={"held_until"}) if story else {}
    facts = {
        "revision": data.revision,
        "change": data.change,
        "decided": data.decision.seq,
        "language": content.enrichment.language,
        "direction": content.enrichment.direction,
    }
    return Story.model_validate({**before, **facts})


def _action(story: Story, change: Change) -> Action:
    """What channels see happen, which is not always what the newsroom did.

    A story updated under its embargo is new to them, and one whose kill was overtaken was never gone.
    """
    if not story.ever_shown:
        return Action.CREATED
    if not story.shown:
        return Action.REINSTATED
    return Action.CORRECTED if change is Change.CORRECTED else Action.UPDATED


def _alarm(story: Story, content: Content, until: datetime) -> Later:
    # Alarms are kept in whole milliseconds; a part of one would ring too early.
    due = ArticleDue(article_id=content.article.id, revision=story.revision, lists=lists_of(content.enrichment))
    return Later(until + timedelta(milliseconds=1), due)


def _hold(
    story: Story, content: Content, pictures: Pictures, until: datetime, record: Record, now: datetime, house: House
) -> Outcome:
    """Keep it back. What channels show of an earlier revision goes too: under an embargo nothing is public."""
    article_id, sequence = content.article.id, record.seq + 1
    gone = Outcome()
    if story.shown:
        gone = taken_back(story, article_id, story.revision, Action.WITHHELD, sequence, now, house)
    held = off_the_shelf(story).model_copy(update={"held_until": until})
    fields = {
        STATE: held.model_dump_json().encode(),
        ARTICLE: content.model_dump_json().encode(),
        PICTURES: packed(pictures),
    }
    return Outcome(
        publish=gone.publish,
        save=(Save(record_key(article_id), story.revision, sequence, fields),),
        later=(_alarm(held, content, until), *gone.later),
        drop=gone.drop,
        unindex=gone.unindex,
        note="held",
    )
