"""Ghost's webhooks: ``{"post": {"current": …, "previous": …}}``."""

from collections.abc import Sequence

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_document import Node, read_json
from services.ingest.adapters.moments import milliseconds
from services.ingest.adapters.telling import Telling, required_id, said_time
from services.ingest.adapters.text import opening, text_of

_UNPUBLISHED = frozenset({"draft", "sent"})
"""``sent`` went out by mail alone."""


def ghost(document: Document) -> Sequence[Intake]:
    """One post; nothing for pages, tags and members. Raises ``Refused``."""
    whole, objection = read_json(document)
    post = whole["post"]
    if not isinstance(post.value, dict):
        if any(isinstance(whole[name].value, dict) for name in ("page", "tag", "member", "site")):
            return ()
        raise Refused("/post", "is missing: send what Ghost's webhooks for posts send")
    current, previous = post["current"], post["previous"]
    if not current.value:
        # Deleted. What is told is its last state, whose revision we may have: the deletion comes after it.
        telling = _telling(document, previous)
        return (telling.article(_revision(previous) + 1, previous["updated_at"].at, "canceled"),)
    telling = _telling(document, current)
    at, revision = current["updated_at"].at, _revision(current)
    status, visible = current["status"].text, current["visibility"].text
    if status in _UNPUBLISHED:
        known = previous["status"].text == "published"
        return (telling.article(revision, at, "canceled", if_known=not known),)
    if status not in {"published", "scheduled"}:
        raise Refused(current["status"].at, "is none of published, scheduled, draft and sent: send one of them")
    if current["visibility"] and not visible:
        raise Refused(current["visibility"].at, "is no text, and readers who may not see it must not: send public")
    if (visible or "public") != "public":
        return (telling.article(revision, at, "withheld"),)
    objection.insist()
    _fill(current, telling)
    if status == "scheduled":
        telling.fields.pop("published_at", None)
        telling.embargo(current["published_at"].text or "", current["published_at"].at)
    return (telling.article(revision, at),)


def _telling(document: Document, post: Node) -> Telling:
    return Telling(document, required_id(post["uuid"].value, post["uuid"].at), post["uuid"].at)


def _revision(post: Node) -> int:
    return milliseconds(said_time(post["updated_at"].text, post["updated_at"].at))


def _fill(post: Node, telling: Telling) -> None:
    body = post["html"].text
    telling.say("body_html", body, post["html"].at)
    opened = opening(text_of(body or "")) or None
    telling.headline([(post["title"].text, post["title"].at), (opened, post["html"].at)])
    telling.line("standfirst", post["custom_excerpt"].text, post["custom_excerpt"].at)
    telling.line("slug", post["slug"].text, post["slug"].at)
    telling.language(post["locale"].text, post["locale"].at)
    telling.when("published_at", post["published_at"].text, post["published_at"].at)
    telling.when("updated_at", post["updated_at"].text, post["updated_at"].at)
    address = post.first("canonical_url", "url")
    telling.say("canonical_url", telling.link(address.text, address.at), address.at)
    tags = [tag["name"] for tag in post["tags"]]
    # Names that begin with # are Ghost's internal tags.
    telling.keywords((tag.text, tag.at) for tag in tags if tag.text and not tag.text.startswith("#"))
    telling.line("section", post["primary_tag"]["name"].text, post["primary_tag"]["name"].at)
    for author in post["authors"]:
        telling.byline(author["name"].text, author.at, url=author["url"].text)
    caption = post["feature_image_caption"].text
    telling.image(
        post["feature_image"].text, post["feature_image"].at,
        caption=text_of(caption) if caption else None, alt=post["feature_image_alt"].text,
    )  # fmt: skip
