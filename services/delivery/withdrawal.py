"""Take a story back, for good or for now."""

from dataclasses import replace
from datetime import datetime

from services.delivery.editions import editions_key, look_again
from services.delivery.house import House
from services.delivery.neighbours import unlisted
from services.delivery.offers import clear_offers, no_longer_offered
from services.delivery.page import Notice
from services.delivery.pictures import dropped, no_longer_shows, stored
from services.delivery.recent import recent_key
from services.delivery.render import withdraw
from services.delivery.state import ARTICLE, PICTURES, STATE, Story, record_key
from shared.articles import Change
from shared.events import ArticleModerated
from shared.outcome import Outcome, Record, Save, Unindex
from shared.renditions import Action


def withdraw_story(
    data: ArticleModerated, change: Change, record: Record, story: Story | None, now: datetime, house: House
) -> Outcome:
    """Forget the text, remember the revision, and tell whoever may have shown it.

    A story nobody saw is withdrawn in silence. A kill is final: a milder word after it changes nothing. A kill of a
    story that was ever seen is always told, however often: a newsroom repeats it because somebody still shows the text.
    """
    before = story or Story(revision=data.revision, change=change)
    killed_already = story is not None and story.change is Change.KILLED and not story.held_until
    final = Change.KILLED if killed_already else change
    told = before.shown or (before.ever_shown and change is Change.KILLED)
    gone = (
        taken_back(before, data.article_id, data.revision, Action(final.value), record.seq + 1, now, house)
        if told
        else Outcome(note="withdrawn_already" if before.ever_shown else "withdrawn_unseen")
    )
    told_now = {"revision": data.revision, "change": final, "decided": data.decision.seq}
    after = off_the_shelf(before).model_copy(update=told_now)
    save = Save(
        record_key(data.article_id),
        data.revision,
        record.seq + 1,
        {STATE: after.model_dump_json().encode()},
        # What is only withheld may come back, and its pictures with it: what was sent of them is gone.
        unset=(ARTICLE, PICTURES) if final is Change.KILLED else (ARTICLE,),
    )
    pictures = stored(record) if final is Change.KILLED else {}
    forget = dropped(data.article_id, data.revision, pictures, now, house)
    return replace(gone, save=(save,), later=(*gone.later, *forget))


def taken_back(
    story: Story, article_id: str, revision: int, action: Action, sequence: int, now: datetime, house: House
) -> Outcome:
    """Withdrawals on every stream; its bodies and its place among the recent ones are gone with the same commit.

    Pages that offer it to read next follow at once.
    """
    killed = action is Action.KILLED
    notice = Notice(house, article_id, revision, story.language, story.direction, killed)
    parted = look_again(story.edition[0], story.editions, article_id, now, house) if story.edition else ()
    return Outcome(
        publish=tuple(withdraw(notice, story.place, action, sequence)),
        drop=(*story.superseded, *story.blobs),
        unindex=(
            *unshelved(story),
            *no_longer_among(story),
            *no_longer_offered(story, article_id),
            *no_longer_shows(story, article_id),
        ),
        later=(*clear_offers(article_id, revision, now, house), *parted),
    )


def unshelved(story: Story) -> tuple[Unindex, ...]:
    """Its member as it was written, taken off every list it is found by."""
    if story.shelf is None or story.member is None:
        return ()
    return (Unindex(recent_key(story.shelf), story.member.encode()), *unlisted(story))


def no_longer_among(story: Story) -> tuple[Unindex, ...]:
    """Its member of the list of editions, taken off it."""
    if story.edition is None:
        return ()
    original, member = story.edition
    return (Unindex(editions_key(original), member.encode()),)


def off_the_shelf(story: Story) -> Story:
    """The same story, shown nowhere."""
    return story.model_copy(
        update={
            "shown": False, "held_until": None, "render_due": None,
            "blobs": (), "bodies": (), "superseded": (), "shelf": None, "member": None, "lists": (), "pictures": (),
            "near": (), "same": (), "related": (), "editions": (), "edition": None,
        }
    )  # fmt: skip
