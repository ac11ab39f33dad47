"""IPTC's ninjs 1.x, 2.x and 3.x, and Superdesk's dialect: one reader, once capitals in names count for nothing."""

import re
from collections.abc import Iterator, Sequence

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_document import Node, read_json
from services.ingest.adapters.moments import milliseconds, moment
from services.ingest.adapters.telling import Telling, is_number, required_id
from services.ingest.adapters.text import opening, paragraphs, text_of

_STATUS = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_STORIES = frozenset({None, "text", "composite"})
_WHOLE = re.compile(r"([0-9]{1,19})(\.[0-9]{1,19})?")
_MAIN = ("main", "headline", "primary", "")
_PICTURES = ("original", "main", "baseimage", "viewimage", "16-9", "4-3", "small", "thumbnail")


def ninjs(document: Document) -> Sequence[Intake]:
    """One story, or nothing where the item is a picture, a video or a plan. Raises ``Refused``."""
    item, objection = read_json(document, fold=True)
    at = item["guid"] if item["guid"].text else item["uri"]
    telling = Telling(document, required_id(at.value, at.at), at.at)
    status = _status(item["pubstatus"], telling)
    try:
        revision, revision_at = _revision(item, telling)
    except Refused:
        if status != "canceled":
            raise
        # A kill passes whatever is wrong with the rest, its number included: it follows what came last.
        revision, revision_at = 0, item["version"].at
    if status != "usable":
        # A kill of Superdesk carries the notice to editors as its body: nothing more of it is read.
        return (telling.article(revision, revision_at, status),)
    objection.insist()
    if item["type"].text not in _STORIES:
        return ()
    _texts(item, telling)
    _facts(item, telling)
    _people(item, telling)
    for position, picture in enumerate(_associated(item)):
        _picture(picture, telling, lead=position == 0 or picture.at.rsplit("/", 1)[-1].lower() == "featuremedia")
    return (telling.article(revision, revision_at),)


def _status(said: Node, telling: Telling) -> str:
    if not said:
        return "usable"
    word = (said.text or "").lower()
    if word not in _STATUS:
        raise Refused(said.at, "is none of usable, withheld and canceled: send one of them")
    if word == "cancelled":
        telling.warn(said.at, "is spelt cancelled; it was taken as canceled, which is IPTC's word")
    return _STATUS[word]


def _revision(item: Node, telling: Telling) -> tuple[int, str]:
    version, created = item["version"], item["versioncreated"]
    found = _WHOLE.fullmatch(str(version.value).strip()) if is_number(version.value) or version.text else None
    if found:
        if is_number(version.value):
            telling.warn(version.at, "is a number; it was taken as if it were text, as ninjs has it")
        if found[2]:
            telling.warn(version.at, "has a fraction, which does not count: number revisions 1, 2, 3")
        return int(found[1]), version.at
    when = moment(created.text or "")
    if when:
        if version:
            telling.warn(version.at, f"is no whole number; {created.at} counts instead: number revisions 1, 2, 3")
        return milliseconds(when[0]), created.at
    if version:
        raise Refused(version.at, "is no whole number: number revisions 1, 2, 3")
    telling.warn(version.at, "is missing and counts as 0: number revisions, for a change needs a greater one")
    return 0, version.at


def _texts(item: Node, telling: Telling) -> None:
    body_at, body = _body(item)
    telling.say("body_html", body, body_at)
    standfirst = _plain(item, "description")
    telling.line("standfirst", standfirst[0], standfirst[1])
    heads = [(item["headline"].text, item["headline"].at), *_roled(item["headlines"])]
    if heads[0][0] is None and len(heads) > 1:
        heads.pop(0)
    spare = [(item["title"].text, item["title"].at), (item["slugline"].text, item["slugline"].at)]
    opened = opening(text_of(body or "")) or None
    telling.headline([*heads, *spare, (opening(standfirst[0] or "") or None, standfirst[1]), (opened, body_at)])


def _body(item: Node) -> tuple[str, str | None]:
    """The body with most of its markup. 1.x and Superdesk name the form in the key, 2.x and 3.x list them."""
    plain: tuple[str, str | None] = (item["body_html"].at, None)
    listed = sorted(item["bodies"], key=lambda one: (one["role"].text or "").lower() not in _MAIN)
    for one in listed:
        kind = (one["contenttype"].text or "").lower()
        value = one["value"]
        if value.text and ("html" in kind or (not kind and "<" in value.text)):
            return value.at, value.text
        if value.text and plain[1] is None and ("plain" in kind or not kind):
            plain = value.at, paragraphs(value.text)
    for name in ("body_html", "body_xhtml"):
        if item[name].text:
            return item[name].at, item[name].text
    others = [name for name in item.names if name.startswith("body_") and "nitf" not in name]
    for name in sorted(others, key=lambda name: name != "body_text"):
        text = item[name].text
        if text:
            return item[name].at, text if "html" in name else paragraphs(text)
    return plain


def _plain(item: Node, noun: str) -> tuple[str | None, str]:
    """What a description says, as plain text, wherever this version of ninjs keeps it."""
    for one in item[f"{noun}s"]:
        if one["value"].text:
            return text_of(one["value"].text), one["value"].at
    for name in (f"{noun}_text", f"{noun}_html", *(n for n in item.names if n.startswith(f"{noun}_"))):
        if (value := item[name].text) is not None:
            return (value if name.endswith("_text") else text_of(value)), item[name].at
    return None, item[f"{noun}_text"].at


def _roled(listed: Node) -> list[tuple[str | None, str]]:
    ordered = sorted(listed, key=lambda one: (one["role"].text or "").lower() not in _MAIN)
    found = next((one["value"] for one in ordered if one["value"].text), None)
    return [(text_of(found.text), found.at)] if found and found.text else []


def _facts(item: Node, telling: Telling) -> None:
    embargo = item["embargoeduntil"] if item["embargoeduntil"] else item["embargoed"]
    if embargo:
        telling.embargo(embargo.text or "", embargo.at)
    telling.language(item["language"].text, item["language"].at)
    for name, key in (("published_at", "firstpublished"), ("published_at", "firstcreated"),
                      ("updated_at", "versioncreated")):  # fmt: skip
        if name not in telling.fields:
            telling.when(name, item[key].text, item[key].at)
    telling.line("dateline", item["located"].text, item["located"].at)
    for name, key in (("section", "service"), ("genre", "genre"), ("genre", "genres")):
        if name not in telling.fields:
            telling.line(name, item[key][0]["name"].text, item[key][0]["name"].at)
    named = [subject["name"] for key in ("subject", "subjects") for subject in item[key]]
    telling.keywords((one.text, one.at) for one in [*item["keywords"], *named])
    parent = item["evolvedfrom"]
    if parent.text:
        telling.say("supersedes", telling.named(parent.text), parent.at)


def _people(item: Node, telling: Telling) -> None:
    for author in item["authors"]:
        telling.byline(author["name"].text, author.at, role=author["role"].text)
    line = item.first("byline", "by")
    if "byline" not in telling.fields and line.text:
        telling.byline(re.sub(r"^by\s+", "", line.text[:1000], flags=re.IGNORECASE), line.at)


def _associated(item: Node) -> Iterator[Node]:
    """Pictures beside the story: members of an object in 1.x and Superdesk, a list since 2.x."""
    beside = item["associations"]
    for one in [*beside, *(beside[name] for name in beside.names)]:
        if one["type"].value == "picture":
            yield one


def _picture(picture: Node, telling: Telling, *, lead: bool) -> None:
    if (picture["pubstatus"].text or "usable").lower() != "usable":
        telling.warn(picture.at, "is not usable and was left out")
        return
    href = _largest(picture["renditions"])
    if href is None:
        telling.warn(picture.at, "has no rendition with an address and was left out")
        return
    caption, _ = _plain(picture, "description")
    telling.image(
        href.text, href.at, role="lead" if lead else "inline", caption=caption,
        # Superdesk keeps the words for those who cannot see a picture in its body.
        alt=picture.first("alt_text", "body_text").text,
        credit=picture.first("byline", "by", "copyrightholder", "copyrightnotice").text,
    )  # fmt: skip


def _largest(renditions: Node) -> Node | None:
    named = [(str(one["name"].text or ""), one) for one in renditions]
    named += [(name, renditions[name]) for name in renditions.names]
    found = [(name, one) for name, one in named if one["href"].text]

    def order(pair: tuple[str, Node]) -> tuple[float, int]:
        width = pair[1]["width"].value
        rank = _PICTURES.index(pair[0].lower()) if pair[0].lower() in _PICTURES else len(_PICTURES)
        return (-width if is_number(width) else 0, rank)

    best = sorted(found, key=order)
    original = next((one for name, one in found if name.lower() == "original"), None)
    chosen = original or (best[0][1] if best else None)
    return chosen["href"] if chosen else None
