"""RSS 2.0, https://www.rssboard.org/rss-specification, with whole texts in ``content:encoded``."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement

from services.site.folds.collection import Collection, body, iri, text, utc, xml

CONTENT = "http://purl.org/rss/1.0/modules/content/"
CREATOR = "http://purl.org/dc/elements/1.1/"
ATOM = "http://www.w3.org/2005/Atom"


def rss(collection: Collection) -> bytes:
    """Stories as items with lasting guids; a withdrawn one keeps its guid and says that it was withdrawn."""
    root = Element("rss", {"version": "2.0", "xmlns:content": CONTENT, "xmlns:dc": CREATOR, "xmlns:atom": ATOM})
    channel = SubElement(root, "channel")
    text(channel, "title", collection.name)
    text(channel, "link", collection.home)
    text(channel, "description", f"{collection.name} · {collection.language}")
    text(channel, "language", collection.language)
    text(channel, "lastBuildDate", format_datetime(collection.changed_at))
    SubElement(
        channel, "atom:link", {"rel": "self", "type": "application/rss+xml", "href": f"{collection.home}feed.rss"}
    )
    for gone in collection.gone:
        item = SubElement(channel, "item")
        text(item, "title", collection.gone_title)
        text(item, "link", collection.url(gone.path))
        text(item, "guid", iri(gone.id), isPermaLink="false")
        text(item, "pubDate", format_datetime(utc(gone.at)))
        text(item, "description", collection.gone_text)
    for story in collection.stories:
        item = SubElement(channel, "item")
        text(item, "title", story.headline)
        text(item, "link", collection.url(story.path))
        text(item, "guid", iri(story.id), isPermaLink="false")
        text(item, "pubDate", format_datetime(utc(story.published_at)))
        for who in story.byline:
            text(item, "dc:creator", who.name)
        for subject in filter(None, (story.section, *story.keywords)):
            text(item, "category", subject)
        text(item, "description", story.standfirst or story.summary or story.teaser)
        text(item, "content:encoded", body(story, collection))
    return xml(root)
