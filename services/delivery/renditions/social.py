"""``renditions.social``: a post for Bluesky and one for Mastodon, ready to be sent, with a card for the link."""

import json
import unicodedata
from typing import Any

from services.delivery.page import Notice, Page
from services.delivery.place import path_of
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import iso, page_words

BLUESKY_GRAPHEMES, BLUESKY_BYTES = 300, 3_000
MASTODON_CHARACTERS, MASTODON_LINK = 500, 23
MAX_BYTES = 16_000


def render(page: Page) -> str:
    """Both posts under the story's id; texts end between words."""
    base = page.house.base_url
    link = f"{base}{path_of(page.place, 'full')}" if base else ""
    article = page.article
    summary = article.standfirst or page.enrichment.teaser
    text = article.headline if not summary else f"{article.headline}\n\n{summary}"
    return _json(article.id, article.revision, {
        "bluesky": _bluesky(text, article.headline, summary or "", link, page),
        "mastodon": {
            "status": _fitted(text, MASTODON_CHARACTERS - (MASTODON_LINK + 2 if link else 0), 1 << 30)
            + (f"\n\n{link}" if link else ""),
            "language": page.enrichment.language.split("-")[0],
        },
    })  # fmt: skip


def _bluesky(text: str, headline: str, summary: str, link: str, page: Page) -> dict[str, Any]:
    """A record as ``app.bsky.feed.post``; facets count bytes."""
    shown = link.removeprefix("https://").removeprefix("http://")
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    tail = f"\n\n{shown}" if link else ""
    body = _fitted(text, BLUESKY_GRAPHEMES - graphemes(tail), BLUESKY_BYTES - len(tail.encode()))
    post: dict[str, Any] = {
        "$type": "app.bsky.feed.post", "text": body + tail, "langs": [page.enrichment.language],
        "createdAt": iso(page.published_at),
    }  # fmt: skip
    if link:
        start = len((body + "\n\n").encode())
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": link}
        post["facets"] = [{"index": {"byteStart": start, "byteEnd": len(post["text"].encode())}, "features": [feature]}]
        card = {"uri": link, "title": headline[:300], "description": summary[:1_000]}
        post["embed"] = {"$type": "app.bsky.embed.external", "external": card}
    return post


def graphemes(text: str) -> int:
    """Signs as a reader counts them, never fewer than Unicode's rules find: marks and joined pictures count with
    the sign they follow, pairs of flags' letters and Hangul are counted one by one."""
    count, joined = 0, False
    for sign in text:
        extends = (
            unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me"} or sign in "\u200d\u200c\ufe0f"
        )
        if not (extends or joined) or count == 0:
            count += 1
        joined = sign == "\u200d"
    return count


def _fitted(text: str, most: int, most_bytes: int) -> str:
    """Whole words, and an ellipsis where some are missing."""

    def fits(candidate: str) -> bool:
        return graphemes(candidate) <= most and len(candidate) <= most and len(candidate.encode()) <= most_bytes

    if fits(text):
        return text
    cut = text[: max(most - 1, 0)]
    while cut and not fits(cut + "…"):
        cut = cut[:-1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > len(cut) // 2 else cut).rstrip(" ,;:،؛\n") + "…"


def withdrawal(notice: Notice) -> str:
    """What to post in its place, where a post cannot be deleted."""
    words = page_words(notice.language, notice.direction)
    text = words.killed if notice.killed else words.withheld
    language = notice.language.split("-")[0]
    return _json(notice.article_id, notice.revision, {
        "withdrawn": True,
        "bluesky": {"$type": "app.bsky.feed.post", "text": text, "langs": [notice.language]},
        "mastodon": {"status": text, "language": language},
    })  # fmt: skip


def _json(article_id: str, revision: int, posts: dict[str, Any]) -> str:
    return json.dumps({"id": article_id, "revision": revision, **posts}, ensure_ascii=False)


SOCIAL = Spec("social", "application/json", MAX_BYTES, render, withdrawal, extension="json")
