"""Decide what becomes of a comment: shown at once, shown with its story, or taken back."""

from services.delivery.alarm import rendered_later
from services.delivery.house import House
from services.delivery.render import comment_hidden, comment_shown
from services.delivery.state import STATE, Said, Story, comment_field, public, record_key
from shared.comments import Verdict
from shared.events import CommentModerated, EventData
from shared.outcome import Given, Outcome, Reads, Save
from shared.renditions import Action


def reads_comment(data: CommentModerated) -> Reads:
    """Where its story stands, and what was said about it before; not the story's text."""
    return Reads(records={record_key(data.article_id): (STATE, comment_field(data.comment_id))})


def deliver_comment(data: CommentModerated, given: Given, house: House) -> Outcome:
    """Show it or hide it. The newest revision counts, and of one revision the newest decision.

    An edited comment whose new text is held loses its old text too: nobody approved what it says now, and its author
    no longer says what it said.
    """
    key, name = record_key(data.article_id), comment_field(data.comment_id)
    record = given.records[key]
    stored = record.fields.get(name)
    before = Said.model_validate_json(stored) if stored else None
    version = (data.revision, data.decision.seq)
    if before and version <= (before.revision, before.seq):
        return Outcome(note="duplicate" if version == (before.revision, before.seq) else "stale")

    language = data.facts.language if data.facts else "und"
    allowed = data.decision.verdict in {Verdict.PUBLISH, Verdict.FLAG}
    comment = public(data.comment, language) if allowed and data.comment else None
    after = Said(revision=data.revision, seq=data.decision.seq, comment=comment)
    if comment:
        after = after.model_copy(update={"language": language, "direction": comment.direction})
    fields = {name: after.model_dump_json().encode()}

    story, sequence = Story.of(record), record.seq + 1
    was_visible = before is not None and before.visible
    if story is None or not story.shown or not (comment or was_visible):
        note = None if comment else "hidden"
        return Outcome(save=(Save(key, record.revision, sequence, fields),), note=note)

    publish: EventData
    if comment:
        publish = comment_shown(comment, data.article_id, story.revision, Action.COMMENTED, sequence)
    else:
        said = before or after
        publish = comment_hidden(said, data.comment_id, data.article_id, story.revision, sequence, house)
    later, waiting = rendered_later(story, data.article_id, given.now, house)
    if waiting is not story:
        fields[STATE] = waiting.model_dump_json().encode()
    return Outcome(publish=(publish,), save=(Save(key, record.revision, sequence, fields),), later=later)
