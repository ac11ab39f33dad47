"""JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""

import json
from typing import Any

from services.site.folds.collection import Collection, body, changed_at, iri, lead, stamp
from shared.document import StoryDocument


def json_feed(collection: Collection) -> bytes:
    """Stories as items; a withdrawn one keeps its id and says that it was withdrawn."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": collection.name,
        "home_page_url": collection.home,
        "feed_url": f"{collection.home}feed.json",
        "language": collection.language,
        "items": [
            *(
                {
                    "id": iri(gone.id), "url": collection.url(gone.path), "title": collection.gone_title,
                    "content_text": collection.gone_text, "date_modified": stamp(gone.at),
                }
                for gone in collection.gone
            ),
            *(_item(story, collection) for story in collection.stories),
        ],
    }  # fmt: skip
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _item(story: StoryDocument, collection: Collection) -> dict[str, Any]:
    picture = lead(story)
    image = picture and picture.path and (picture.path if "://" in picture.path else collection.url(picture.path))
    facts = {
        "id": iri(story.id),
        "url": collection.url(story.path),
        "title": story.headline,
        "content_html": body(story, collection),
        "summary": story.standfirst or story.summary or story.teaser,
        "image": image,
        "date_published": stamp(story.published_at),
        "date_modified": stamp(changed_at(story)),
        "authors": [{"name": who.name} | ({"url": who.url} if who.url else {}) for who in story.byline],
        "tags": list(dict.fromkeys(filter(None, (story.section, *story.keywords)))),
        "language": story.language if story.language != "und" else None,
    }
    return {name: value for name, value in facts.items() if value}
