"""Sitemaps: every page, and for news search the stories of the last two days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement

from services.site.catalogue import Placed
from services.site.folds.collection import stamp, text, utc, xml

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
MOST_PAGES = 50_000
MOST_NEWS = 1_000
FRESH = timedelta(days=2)
"""What Google News takes for news: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap"""


def sitemap(base: str, pages: Sequence[Placed]) -> bytes:
    """https://www.sitemaps.org/protocol.html; ``pages`` are full pages, newest first."""
    root = Element("urlset", {"xmlns": SITEMAP})
    for page in pages[:MOST_PAGES]:
        url = SubElement(root, "url")
        text(url, "loc", base + page.href)
        text(url, "lastmod", stamp(page.changed_at))
    return xml(root)


def news_sitemap(base: str, name: str, pages: Sequence[Placed], now: datetime) -> bytes:
    """The same with what news search wants to know; nothing older than two days."""
    root = Element("urlset", {"xmlns": SITEMAP, "xmlns:news": NEWS})
    fresh = [page for page in pages if page.published_at and utc(now) - utc(page.published_at) <= FRESH]
    for page in fresh[:MOST_NEWS]:
        url = SubElement(root, "url")
        text(url, "loc", base + page.href)
        news = SubElement(url, "news:news")
        publication = SubElement(news, "news:publication")
        text(publication, "news:name", name)
        text(publication, "news:language", page.language)
        text(news, "news:publication_date", stamp(page.published_at or now))
        text(news, "news:title", page.headline)
    return xml(root)


def robots(base: str) -> bytes:
    """Stories are for everybody; forms, searches, event lines and what one browser keeps lead a crawler nowhere."""
    return (
        "User-agent: *\nDisallow: /*/search\nDisallow: /*/comment/\nDisallow: /*/live/\nDisallow: /*/offline\n\n"
        f"Sitemap: {base}/sitemap.xml\nSitemap: {base}/sitemap-news.xml\n"
    ).encode()
