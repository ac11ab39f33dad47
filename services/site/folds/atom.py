"""Atom, RFC 4287."""

from xml.etree.ElementTree import Element, SubElement

from services.site.folds.collection import Collection, body, changed_at, iri, stamp, text, xml

NAMESPACE = "http://www.w3.org/2005/Atom"


def atom(collection: Collection) -> bytes:
    """Stories as entries whose ``updated`` moves with every revision; a withdrawn one keeps its id, and no text."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": collection.language})
    text(root, "id", f"{collection.home}feed.atom")
    text(root, "title", collection.name)
    text(root, "updated", stamp(collection.changed_at))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{collection.home}feed.atom"})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": collection.home})
    text(SubElement(root, "author"), "name", collection.name)
    for gone in collection.gone:
        entry = SubElement(root, "entry")
        text(entry, "id", iri(gone.id))
        text(entry, "title", collection.gone_title)
        text(entry, "updated", stamp(gone.at))
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": collection.url(gone.path)})
        text(entry, "content", collection.gone_text, type="text")
    for story in collection.stories:
        entry = SubElement(root, "entry", {"xml:lang": story.language} if story.language != "und" else {})
        text(entry, "id", iri(story.id))
        text(entry, "title", story.headline)
        text(entry, "published", stamp(story.published_at))
        text(entry, "updated", stamp(changed_at(story)))
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": collection.url(story.path)})
        for who in story.byline:
            text(SubElement(entry, "author"), "name", who.name)
        for subject in dict.fromkeys(filter(None, (story.section, *story.keywords))):
            SubElement(entry, "category", {"term": " ".join(subject.split())})
        text(entry, "summary", story.standfirst or story.summary or story.teaser)
        text(entry, "content", body(story, collection), type="html")
    return xml(root)
