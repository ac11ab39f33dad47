"""Pages that were asked for lately, for as long as nothing is written; they need neither a thread nor a file."""

from services.site.catalogue import Page

MOST_PAGES = 256


class PageCache:
    """Of one version of the shelf. A newer one empties it, so the words of a withdrawn story are not in it either."""

    def __init__(self) -> None:
        self._version = 0
        self._pages: dict[str, Page] = {}

    def page(self, path: str, version: int) -> Page | None:
        """What stood at ``path`` in this version; ``None`` if nobody asked for it then."""
        if version != self._version:
            self._pages.clear()
        return self._pages.get(path)

    def keep(self, path: str, page: Page, version: int) -> None:
        """It stands there in this version. An odd one is just being replaced, and nothing is kept of it."""
        if version % 2:
            return
        if version != self._version or len(self._pages) >= MOST_PAGES:
            self._version = version
            self._pages.clear()
        self._pages[path] = page
