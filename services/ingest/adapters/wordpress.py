"""WordPress: posts and comments as its REST API shows them, and posts as webhook plugins send them (``WP_Post``)."""

from collections.abc import Iterator, Sequence

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_document import Node, read_json
from services.ingest.adapters.moments import milliseconds, moment
from services.ingest.adapters.telling import Telling, required_id, said_time
from services.ingest.adapters.text import opening, text_of
from services.ingest.adapters.wordpress_comment import wordpress_comment

_NEVER_SHOWN = frozenset({"auto-draft", "inherit", "request-pending"})
_PUBLIC = frozenset({"publish", "future", "private", "draft", "pending", "trash"})


def wordpress(document: Document) -> Sequence[Intake]:
    """One post or one comment; nothing for what WordPress keeps to itself, such as stored revisions. Raises
    ``Refused``.
    """
    whole, objection = read_json(document)
    if whole["content"] and whole["post"].value is not None and not isinstance(whole["post"].value, dict):
        return wordpress_comment(document, whole, objection)
    hooked = isinstance(whole["post"].value, dict)
    post = whole["post"] if hooked else whole
    status = _field(post, "status")
    if status.text in _NEVER_SHOWN or _field(post, "type").text in {"attachment", "revision"}:
        return ()
    guid = _rendered(post["guid"])
    telling = Telling(document, required_id(guid.value, guid.at), guid.at)
    modified = _field(post, "modified_gmt")
    revision = milliseconds(said_time(_gmt(modified), modified.at))
    was_public = _field(whole["post_before"], "status").text == "publish"
    match status.text:
        case "trash":
            return (telling.article(revision, modified.at, "canceled"),)
        case "draft" | "pending":
            # Its last revision may have been public: whether it was, ingest remembers.
            return (telling.article(revision, modified.at, "canceled", if_known=not was_public),)
        case "private":
            return (telling.article(revision, modified.at, "canceled" if was_public else "withheld"),)
        case "publish" | "future":
            pass
        case _:
            raise Refused(status.at, f"is none of {', '.join(sorted(_PUBLIC))}: send one of them")
    if post["content"]["protected"].value is True or _field(post, "password").text:
        return (telling.article(revision, modified.at, "withheld"),)
    objection.insist()
    _fill(post, whole, telling)
    date = _field(post, "date_gmt")
    due = moment(_gmt(date) or "")
    if status.text == "publish" and due:
        # WordPress releases a scheduled post by its status alone; without this the release would contradict it.
        revision = max(revision, milliseconds(due[0]))
    if status.text == "future":
        telling.embargo(_gmt(date) or "", date.at)
    else:
        telling.when("published_at", _gmt(date), date.at)
    telling.when("updated_at", _gmt(modified), modified.at)
    return (telling.article(revision, modified.at),)


def _field(post: Node, name: str) -> Node:
    """A field by its name in the REST API or in the database."""
    found = post[name]
    return found if found else (post[f"post_{name}"] if post[f"post_{name}"] else found)


def _rendered(field: Node) -> Node:
    return field["rendered"] if isinstance(field.value, dict) else field


def _gmt(field: Node) -> str | None:
    """WordPress writes no zone and means UTC; zeros where there is no date yet."""
    text = field.text
    if text is None or text.startswith("0000"):
        return None
    return text if text.endswith("Z") or "+" in text else f"{text}Z"


def _fill(post: Node, whole: Node, telling: Telling) -> None:
    content, title = _rendered(_field(post, "content")), _rendered(_field(post, "title"))
    body = content.text
    if body and content.at.endswith("/post_content") and "<p" not in body and "<!-- wp:" not in body:
        # As in the database: line ends become paragraphs only when WordPress shows it.
        body = "".join(f"<p>{part}</p>" for part in body.replace("\r\n", "\n").split("\n\n") if part.strip())
    telling.say("body_html", body, content.at)
    headline = text_of(title.text) if title.text else None
    telling.headline([(headline, title.at), (opening(text_of(body or "")) or None, content.at)])
    excerpt = _rendered(_field(post, "excerpt"))
    if excerpt.text and "[&hellip;]" not in excerpt.text:
        # One that ends so was cut from the text by WordPress; nobody wrote it.
        telling.line("standfirst", text_of(excerpt.text), excerpt.at)
    slug = post.first("slug", "post_name")
    telling.line("slug", slug.text, slug.at)
    telling.language(post["lang"].text, post["lang"].at)
    link = post["link"] if post["link"] else whole["post_permalink"]
    telling.say("canonical_url", telling.link(link.text, link.at), link.at)
    if _field(post, "comment_status").text == "closed" or post["comment_status"].text == "closed":
        telling.say("comments_open", False, post["comment_status"].at)  # noqa: FBT003 - its value
    terms = [*_terms(post, whole)]
    telling.line("section", next((one.text for kind, one in terms if kind == "category"), None), "")
    telling.keywords((one.text, one.at) for kind, one in terms if kind == "post_tag")
    for author in post["_embedded"]["author"]:
        telling.byline(author["name"].text, author.at, url=author["link"].text)
    media = post["_embedded"]["wp:featuredmedia"][0]
    caption = _rendered(media["caption"]).text
    telling.image(
        media["source_url"].text, media["source_url"].at, alt=media["alt_text"].text,
        caption=text_of(caption) if caption else None,
    )  # fmt: skip
    telling.image(whole["post_thumbnail"].text, whole["post_thumbnail"].at)


def _terms(post: Node, whole: Node) -> Iterator[tuple[str, Node]]:
    for group in post["_embedded"]["wp:term"]:
        for term in group:
            yield term["taxonomy"].text or "", term["name"]
    hooked = whole["taxonomies"]
    for taxonomy in hooked.names:
        for slug in hooked[taxonomy].names:
            yield taxonomy, hooked[taxonomy][slug]["name"]
