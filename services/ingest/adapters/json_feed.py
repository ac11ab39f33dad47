"""JSON Feed 1.0 and 1.1."""

from collections.abc import Iterator, Sequence

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_document import Node, Objection, read_json
from services.ingest.adapters.kept import kept
from services.ingest.adapters.moments import milliseconds, moment
from services.ingest.adapters.telling import Telling, is_number, required_id
from services.ingest.adapters.text import opening, paragraphs, text_of


def json_feed(document: Document) -> Sequence[Intake]:
    """Its items. Raises ``Refused`` where none can be taken."""
    whole, objection = read_json(document)
    if not isinstance(whole["items"].value, list):
        raise Refused("/items", "is missing or no list: send a JSON Feed")
    return kept(_item(document, whole, item, objection) for item in whole["items"])


def _item(document: Document, whole: Node, item: Node, objection: Objection) -> Iterator[Intake]:
    objection.insist()
    id_ = item["id"]
    own = str(id_.value) if is_number(id_.value) else id_.value
    telling = Telling(document, required_id(own, id_.at), id_.at)
    if is_number(id_.value):
        telling.warn(id_.at, "is a number; it was taken as if it were text, as JSON Feed has it")
    html, plain = item["content_html"], item["content_text"]
    at = html.at if html.text else plain.at
    body = html.text or (paragraphs(plain.text) if plain.text else None)
    telling.say("body_html", body, at)
    telling.headline(
        [(item["title"].text, item["title"].at), (opening(text_of(html.text or "") or plain.text or "") or None, at)]
    )
    telling.line("standfirst", item["summary"].text, item["summary"].at)
    telling.say("canonical_url", telling.link(item["url"].text, item["url"].at), item["url"].at)
    language = item["language"] if item["language"] else whole["language"]
    telling.language(language.text, language.at)
    telling.image(item["image"].text, item["image"].at)
    telling.image(item["banner_image"].text, item["banner_image"].at)
    telling.keywords((tag.text, tag.at) for tag in item["tags"])
    authors = [*item["authors"], item["author"]]
    for author in authors if any(author["name"].text for author in authors) else whole["authors"]:
        telling.byline(author["name"].text, author["name"].at, url=author["url"].text)
    published, modified = item["date_published"], item["date_modified"]
    telling.when("published_at", published.text, published.at)
    telling.when("updated_at", modified.text, modified.at)
    changed = modified if moment(modified.text or "") else published
    found = moment(changed.text or "")
    if found is None:
        telling.warn(modified.at, "is missing, as is date_published: changes of this item are not noticed")
    yield telling.article(milliseconds(found[0]) if found else 0, changed.at)
