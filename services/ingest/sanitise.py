"""A story nobody can be attacked with: hostile until here, safe behind."""

import re

import nh3
from pydantic import ValidationError

from services.ingest.links import safe_link, web_link
from services.ingest.markup import Unreadable, tame
from services.ingest.plain import one_line, plain
from shared.articles import Accountability, Article, Byline, Image
from shared.errors import Rejected, explain
from shared.events import ArticleSubmitted

_EVERYWHERE = {"lang", "dir"}
# Pictures travel in `images`: one in the text would call a third party from every page.
_PLAIN_TAGS = (
    "p", "div", "section", "aside", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "br",
    "ul", "dl", "dt", "dd", "figure", "figcaption", "details", "summary",
    "table", "caption", "thead", "tbody", "tfoot", "tr",
    "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "cite", "q", "code",
    "kbd", "samp", "var", "dfn", "bdi", "span", "ruby", "rt", "rp", "wbr",
)  # fmt: skip
_ATTRIBUTES = {
    **dict.fromkeys(_PLAIN_TAGS, _EVERYWHERE),
    "a": _EVERYWHERE | {"href", "hreflang", "title"},
    "abbr": _EVERYWHERE | {"title"},
    "bdo": _EVERYWHERE,
    "li": _EVERYWHERE | {"value"},
    "ol": _EVERYWHERE | {"start", "reversed", "type"},
    "td": _EVERYWHERE | {"colspan", "rowspan"},
    "th": _EVERYWHERE | {"colspan", "rowspan", "scope"},
    "time": _EVERYWHERE | {"datetime"},
}
# Removed with everything in them: what they hold is no text, or a parser reads it by rules of its own.
_CONTENT_REMOVED = {
    "applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
}  # fmt: skip

_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_COUNT = re.compile(r"[0-9]{1,4}")
_VALUES = {
    "lang": _TAG,
    "hreflang": _TAG,
    "dir": re.compile("ltr|rtl|auto", re.IGNORECASE),
    "colspan": _COUNT,
    "rowspan": _COUNT,
    "start": _COUNT,
    "value": _COUNT,
    "type": re.compile("[1aAiI]"),
    "scope": re.compile("row|col|rowgroup|colgroup", re.IGNORECASE),
    "reversed": re.compile("(?:reversed)?", re.IGNORECASE),
    "datetime": re.compile(r"[0-9A-Za-z:+. -]{1,40}"),
}


def _attribute(_: str, name: str, value: str) -> str | None:
    if name == "href":
        return safe_link(value)
    if name in _VALUES:
        return value if _VALUES[name].fullmatch(value) else None
    return one_line(value)[:500]


_CLEANER = nh3.Cleaner(
    tags=set(_ATTRIBUTES),
    attributes=_ATTRIBUTES,
    clean_content_tags=_CONTENT_REMOVED,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)


def clean_html(html: str) -> str:
    """The story with the listed tags and attributes only; a link that is not safe loses its address.

    Raises ``Unreadable``.
    """
    return plain(_CLEANER.clean(tame(html))).strip()


def clean_article(said: ArticleSubmitted) -> Article:
    """What a newsroom said, as the rest of the pipeline may trust it.

    ``body_html`` is cleaned; every other field is plain text on one line. An address that is not a safe
    link is refused rather than dropped: a story whose contact address silently vanished would look
    complete. Raises ``Rejected`` naming the field.
    """
    values = dict(vars(said))
    del values["status"], values["if_known"], values["unnumbered"]
    for name in ("headline", "kicker", "standfirst", "slug", "section", "genre", "dateline"):
        if values[name] is not None:
            values[name] = one_line(values[name])
    values["keywords"] = tuple(one_line(word) for word in said.keywords)
    values["body_html"] = _cleaned(said.body_html)
    values["canonical_url"] = _link(said.canonical_url, "/data/canonical_url")
    values["byline"] = tuple(_byline(one, f"/data/byline/{n}") for n, one in enumerate(said.byline))
    values["images"] = tuple(_image(one, f"/data/images/{n}") for n, one in enumerate(said.images))
    values["accountability"] = tuple(
        _call_out(one, f"/data/accountability/{n}") for n, one in enumerate(said.accountability)
    )
    if said.correction:
        note = _some(said.correction.note, "/data/correction/note")
        values["correction"] = said.correction.model_copy(update={"note": note, "kind": one_line(said.correction.kind)})
    if not values["headline"]:
        raise Rejected("/data/headline has no visible characters: add a headline")
    try:
        return Article.model_validate(values)
    except ValidationError as error:
        raise Rejected(f"after cleaning: {explain(error)}") from None


def _cleaned(html: str) -> str:
    try:
        return clean_html(html)
    except Unreadable as error:
        raise Rejected(f"/data/body_html {error}") from None


def _byline(one: Byline, at: str) -> Byline:
    return Byline(name=_some(one.name, f"{at}/name"), role=_line(one.role), url=_link(one.url, f"{at}/url"))


def _image(one: Image, at: str) -> Image:
    if not one.href and not one.media:
        raise Rejected(f"{at} has neither href nor media: give the picture's address or its digest")
    update = {name: _line(getattr(one, name)) for name in ("caption", "alt", "credit")}
    return one.model_copy(update={**update, "href": _link(one.href, f"{at}/href", mail=False)})


def _call_out(one: Accountability, at: str) -> Accountability:
    return Accountability(
        official=_some(one.official, f"{at}/official"),
        office=_line(one.office),
        contact_url=_link(one.contact_url, f"{at}/contact_url"),
        campaign_url=_link(one.campaign_url, f"{at}/campaign_url", mail=False),
    )


def _line(text: str | None) -> str | None:
    return None if text is None else one_line(text)


def _some(text: str, at: str) -> str:
    line = one_line(text)
    if not line:
        raise Rejected(f"{at} has no visible characters: fill it in or leave the entry out")
    return line


def _link(address: str | None, at: str, *, mail: bool = True) -> str | None:
    if not address:
        return None
    link = safe_link(address) if mail else web_link(address)
    if link is None:
        kinds = "http:, https: or mailto:" if mail else "http: or https:"
        raise Rejected(f"{at} is not a link readers may follow: give an absolute {kinds} address without spaces")
    return link
