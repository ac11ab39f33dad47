"""Arc XP's ANS: a story, an operation on one (``content-operation``, ``story_operation``), or what IFX sends."""

from collections.abc import Sequence

from services.ingest.adapters.ans_body import image, markup
from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_document import Node, Objection, read_json
from services.ingest.adapters.moments import milliseconds, moment
from services.ingest.adapters.telling import Telling, is_number, required_id, said_time
from services.ingest.adapters.text import opening, text_of

_SHOWN = frozenset({"story:publish", "story:update", "story:republish", "story:first-publish"})
_GONE = frozenset({"story:unpublish", "story:delete"})
_SECONDS_UNTIL = 10**11
"""IFX has sent both: a number below it counts seconds, else milliseconds."""


def ans(document: Document) -> Sequence[Intake]:
    """One story; nothing for drafts and for what is no story. Raises ``Refused``."""
    whole, objection = read_json(document)
    key = whole["key"].text or ""
    if key and whole["body"]:
        return _ifx(document, key, whole, objection)
    if whole["type"].text in {"content-operation", "story_operation"}:
        return _operation(document, whole, objection)
    if not whole["type"].text:
        raise Refused("/type", "is missing: send a story, an operation, or what IFX sends")
    return _story(document, whole, objection) if whole["type"].text == "story" else ()


def _ifx(document: Document, key: str, whole: Node, objection: Objection) -> Sequence[Intake]:
    body = whole["body"]
    if key in _GONE:
        at = body.first("_id", "id")
        telling = Telling(document, required_id(at.value, at.at), at.at)
        time = whole["time"]
        if body["last_updated_date"].text:
            revision = _later(body["last_updated_date"], time)
        elif _clock(time) is not None:
            revision = _clock(time) or 0
        else:
            revision = milliseconds(said_time(body["date"].text or time.text, time.at))
        return (telling.article(revision, time.at, "canceled"),)
    return _story(document, body, objection) if key in _SHOWN else ()


def _later(updated: Node, time: Node) -> int:
    """An unpublishing may tell the time of the last change, which is the revision we have: it comes after it."""
    return max(milliseconds(said_time(updated.text, updated.at)) + 1, _clock(time) or 0)


def _clock(time: Node) -> int | None:
    if is_number(time.value) and 0 < time.value < 2**62:
        return int(time.value * 1000 if time.value < _SECONDS_UNTIL else time.value)
    return None


def _operation(document: Document, whole: Node, objection: Objection) -> Sequence[Intake]:
    operation = (whole["operation"].text or "").lower()
    body = whole["body"] if whole["body"] else whole["story"]
    if operation.startswith("delete") or operation in {"unpublish_edition", "unpublish"}:
        at = body["_id"] if body["_id"].text else whole["story_id"]
        at = at if at.text else whole["id"]
        telling = Telling(document, required_id(at.value, at.at), at.at)
        date = whole["date"]
        return (telling.article(milliseconds(said_time(date.text, date.at)), date.at, "canceled"),)
    if not operation:
        raise Refused("/operation", "is missing: send e.g. publish_edition or delete")
    # Any other operation changes the working copy, and readers see none of that until it is published.
    published = operation == "publish_edition" or whole["published"].value is True
    # Some systems send of a story only what is public, and say `create` and `update` of it.
    published = published or document.options.get("operations") == "all"
    if not published or body["type"].text != "story":
        return ()
    return _story(document, body, objection)


def _story(document: Document, story: Node, objection: Objection) -> Sequence[Intake]:
    restrictions = story["content_restrictions"]
    embargo = restrictions["embargo"]
    end, active = embargo["end_time"], embargo["active"].value
    for said, kind in ((restrictions, dict), (embargo, dict), (embargo["active"], bool)):
        if said and not isinstance(said.value, kind):
            told = "is no object" if kind is dict else "is neither true nor false"
            raise Refused(said.at, f"{told}, and an embargo must not be overlooked: send ANS")
    if end.value is not None and active is not False and not end.text:
        raise Refused(end.at, "is no time, and an embargo must not be overlooked: send RFC 3339")
    telling = Telling(
        document, required_id(story["_id"].value, "/_id" if not story.at else story["_id"].at), story["_id"].at
    )
    updated = story["last_updated_date"]
    if not updated.text and moment(story["created_date"].text or ""):
        telling.warn(updated.at, "is missing; created_date counts instead, so changes cannot be told apart: send it")
        updated = story["created_date"]
    revision = milliseconds(said_time(updated.text, updated.at))
    if active is True and end.value is None:
        return (telling.article(revision, updated.at, "withheld"),)
    objection.insist()
    if end.text and active is not False:
        telling.embargo(end.text, end.at)
    _texts(story, telling)
    _facts(story, telling)
    return (telling.article(revision, updated.at),)


def _texts(story: Node, telling: Telling) -> None:
    lead = story["promo_items"]["basic"]
    if lead["type"].text == "image":
        image(lead, telling, lead=True)
    elements = story["content_elements"]
    body = markup(elements, telling) or story["content"].text
    telling.say("body_html", body, elements.at)
    heads, said = story["headlines"], story["description"]["basic"]
    telling.headline([(heads["basic"].text, heads["basic"].at), (heads["web"].text, heads["web"].at),
                      (opening(text_of(said.text or "")) or None, said.at),
                      (opening(text_of(body or "")) or None, elements.at)])  # fmt: skip
    below = story["subheadlines"]["basic"]
    below = below if below.text else said
    telling.line("standfirst", text_of(below.text) if below.text else None, below.at)
    label = story["label"]["basic"]
    if label["display"].value is not False:
        telling.line("kicker", label["text"].text, label["text"].at)
    for element in elements:
        if element["type"].text == "correction" and element["text"].text:
            note = text_of(element["text"].text)
            if len(note) > 2_000:
                raise Refused(element["text"].at, "has more than 2000 characters: tell readers in fewer what was wrong")
            kind = element["correction_type"].text or "correction"
            telling.say("correction", {"note": note, "kind": kind[:200]}, element["text"].at)


def _facts(story: Node, telling: Telling) -> None:
    telling.language(story["language"].text, story["language"].at)
    for name, keys in (
        ("published_at", ("first_publish_date", "publish_date")),
        ("updated_at", ("last_updated_date",)),
    ):
        found = story.first(*keys)
        telling.when(name, found.text, found.at)
    telling.line("dateline", story["location"].text, story["location"].at)
    address = story["canonical_url"]
    telling.say("canonical_url", telling.link(address.text, address.at), address.at)
    taxonomy = story["taxonomy"]
    section = next((one["name"] for one in (taxonomy["primary_section"], taxonomy["primary_site"]) if one["name"].text),
                   taxonomy["sections"][0]["name"])  # fmt: skip
    telling.line("section", section.text, section.at)
    words = [tag["text"] for tag in taxonomy["tags"]] + [one["keyword"] for one in taxonomy["keywords"]]
    telling.keywords((one.text, one.at) for one in words)
    for author in story["credits"]["by"]:
        by = author.first("byline", "name")
        telling.byline(by.text, by.at, role=author["role"].text, url=author["url"].text)
    if story["comments"]["allow_comments"].value is False:
        telling.say("comments_open", False, story["comments"].at)  # noqa: FBT003 - its value
