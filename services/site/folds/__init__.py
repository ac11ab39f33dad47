"""What the site makes of many stories: each a pure function and one line here."""

from services.site.folds.atom import atom
from services.site.folds.collection import Collection, Fold
from services.site.folds.epub import epub
from services.site.folds.json_feed import json_feed
from services.site.folds.rss import rss

FOLDS = (
    # The three forms feed readers ask for; RSS is what most still subscribe to.
    Fold("feed.rss", "application/rss+xml; charset=utf-8", rss),
    Fold("feed.atom", "application/atom+xml; charset=utf-8", atom),
    Fold("feed.json", "application/feed+json; charset=utf-8", json_feed),
    # The newest stories as one book, for readers that are offline most of the day.
    Fold("digest.epub", "application/epub+zip", epub),
)

__all__ = ["FOLDS", "Collection", "Fold"]
