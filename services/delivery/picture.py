"""Decide what becomes of a picture that is developed: its story is rendered with it, if it still has it."""

from services.delivery.alarm import rendered_later
from services.delivery.house import House
from services.delivery.pictures import dropped, kept, named, packed
from services.delivery.state import ARTICLE, PICTURES, STATE, Content, Story, record_key
from shared.articles import Change
from shared.events import PictureDeveloped
from shared.outcome import Given, Outcome, Reads, Save


def reads_picture(data: PictureDeveloped) -> Reads:
    """Where its story stands, the text, and its other pictures."""
    return Reads(records={record_key(data.article_id): (STATE, ARTICLE, PICTURES)})


def deliver_picture(data: PictureDeveloped, given: Given, house: House) -> Outcome:
    """Keep it, and have the story rendered with it and whatever else comes in that moment."""
    key = record_key(data.article_id)
    record = given.records[key]
    story, stored = Story.of(record), record.fields.get(ARTICLE)
    if story is None or stored is None:
        # Killed while it was developed: nothing else would ever ask for these files to go.
        gone = {data.picture: data.developed} if story and story.change is Change.KILLED else {}
        return Outcome(later=dropped(data.article_id, data.revision, gone, given.now, house), note="superseded")
    article = Content.model_validate_json(stored).article
    pictures = kept(record, article)
    if data.picture not in named(article):
        return Outcome(note="superseded")
    if pictures.get(data.picture) == data.developed:
        return Outcome(note="duplicate")
    fields = {PICTURES: packed({**pictures, data.picture: data.developed})}
    later, after = rendered_later(story, data.article_id, given.now, house)
    if after is not story:
        fields[STATE] = after.model_dump_json().encode()
    return Outcome(save=(Save(key, record.revision, record.seq + 1, fields),), later=later)
