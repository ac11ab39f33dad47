"""WordPress's export file (WXR), and the list that WP-CLI makes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]

from services.commands.answers import Code, Problem
from services.commands.imports.articles import Articles
from services.commands.imports.files import documents, moment, opened
from services.commands.imports.markup import text_of
from services.commands.imports.names import shown
from services.commands.imports.pseudonyms import Pseudonyms
from services.commands.imports.spool import Spool
from services.commands.imports.told import Told
from shared.comments import AuthorRole, Verdict

_VERDICTS = {
    "1": Verdict.PUBLISH, "0": Verdict.HOLD, "spam": Verdict.REJECT, "trash": Verdict.REJECT,
    # Went with its story, so nobody decided about it.
    "post-trashed": Verdict.HOLD,
}  # fmt: skip
_COMMENTS = frozenset({"", "comment"})
"""Any other type is no comment: a pingback, a trackback, a note of a shop."""
_WANTED = ("base_blog_url", "post_id", "guid", "link", "comment", "item")


class WordPress:
    """Reads, and makes comments of ours. Addresses of people become pseudonyms before anything is kept."""

    def __init__(self, spool: Spool, articles: Articles, pseudonyms: Pseudonyms, site: str | None) -> None:
        self._spool, self._articles, self._pseudonyms, self._site = spool, articles, pseudonyms, site

    def read(self, files: Iterable[Path]) -> None:
        """Raises Problem."""
        for path in files:
            with opened(path) as file:
                xml = file.read(256).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
            if xml:
                self._export(path)
            elif self._site is None:
                raise Problem(f"{path}: a list does not say of which site it is: add --site news.example", Code.USAGE)
            else:
                for place, document in documents(path):
                    post = str(document.get("comment_post_ID") or "")
                    address = str(document.get("url") or "").split("#", 1)[0]
                    story = {"names": [post, address], "article": f"wordpress:{self._site}:post-{post}"}
                    self._take(document, story, self._site, place)

    def _export(self, path: Path) -> None:
        site, story = self._site, dict[str, str]()
        for name, element in _elements(path):
            if name == "base_blog_url":
                site = site or _site(element.text or "")
            elif name == "item":
                story = {}
            elif name != "comment":
                story[name] = (element.text or "").strip()
            elif site is None:
                raise Problem(f"{path}: wp:base_blog_url is missing: add --site news.example", Code.USAGE)
            else:
                fields = {etree.QName(child).localname: child.text or "" for child in element}
                guid = story.get("guid") or f"wordpress:{site}:post-{story.get('post_id')}"
                names = [story.get(name) for name in ("post_id", "guid", "link")]
                self._take(fields, {"names": names, "article": guid}, site, f"{path}, line {element.sourceline}")

    def _take(self, fields: dict[str, Any], story: dict[str, Any], site: str, place: str) -> None:
        said = {name.removeprefix("comment_").lower(): str(value or "").strip() for name, value in fields.items()}
        if said.get("type", "") not in _COMMENTS:
            self._spool.left_out[f"{said['type'][:40]}, no comment"] += 1
            return
        id_, at, approved = said.get("id", ""), _moment(said), said.get("approved")
        if not id_.isdigit() or at is None or approved not in _VERDICTS or "content" not in said:
            raise Problem(
                f"{place}: comment_ID, comment_date_gmt, comment_approved or comment_content is missing or not as "
                "WordPress writes it: name them all in --fields", Code.USAGE
            )  # fmt: skip
        parent = said.get("parent", "0")
        above = f"wordpress:{site}:{parent}" if parent not in ("", "0") else None
        self._spool.comment(
            f"wordpress:{site}:{id_}", above, 1, at,
            {
                "id": f"wordpress:{site}:{id_}", "parent": above, "author": self._author(said, site, id_),
                "name": shown(said.get("author")), "body": said["content"], "approved": approved,
                "at": at.isoformat(), **story,
            },
        )  # fmt: skip

    def _author(self, said: dict[str, str], site: str, id_: str) -> str:
        if (account := said.get("user_id", "0")) not in ("", "0"):
            return self._pseudonyms.account(f"wordpress:{site}", account)
        # Who left no address is nobody we would know again.
        return self._pseudonyms.guest(f"wordpress:{site}", said.get("author_email") or f"comment {id_}")

    def told(self, row: dict[str, Any]) -> Told:
        """Raises ``Refused``."""
        return Told(
            system="wordpress", id=row["id"], parent=row["parent"], revision=1, author=row["author"], name=row["name"],
            article=self._articles.find(row["names"], row["article"]), role=AuthorRole.READER,
            body=text_of(row["body"], lines=True), at=datetime.fromisoformat(row["at"]),
            verdict=_VERDICTS[row["approved"]],
            # It does not say whether a person or a plugin decided; what waits, nobody has decided.
            by=None if _VERDICTS[row["approved"]] is Verdict.HOLD else "wordpress",
        )  # fmt: skip


def _elements(path: Path) -> Iterator[tuple[str, Any]]:
    """Name and element, each gone from memory when the next is asked for. Raises Problem."""
    try:
        with opened(path) as file:
            # No entity is replaced and nothing is fetched; an export of WordPress declares none.
            found = etree.iterparse(
                file, events=("end",), tag=tuple(f"{{*}}{name}" for name in _WANTED), resolve_entities=False,
                no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
            )  # fmt: skip
            for _, element in found:
                if element.getroottree().docinfo.internalDTD is not None:
                    raise Problem(f"{path}: declares a document type, which no export of WordPress does", Code.USAGE)
                name = etree.QName(element).localname
                yield name, element
                if name in ("comment", "item"):
                    element.clear(keep_tail=False)
                    while element.getprevious() is not None:
                        del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Problem(f"{path}, line {error.lineno}: not well-formed XML: export it again", Code.USAGE) from None
    except (OSError, EOFError) as error:
        raise Problem(f"{path}: cannot be read to its end: {error}", Code.USAGE) from None


def _site(address: str) -> str | None:
    parts = urlsplit(address.strip())
    return f"{parts.hostname}{parts.path.rstrip('/')}" if parts.hostname else None


def _moment(said: dict[str, str]) -> datetime | None:
    """In Greenwich; some imports into WordPress left that empty and filled in local time alone."""
    for name in ("date_gmt", "date"):
        if (written := said.get(name, "")) and not written.startswith("0000"):
            found = moment(written)
            return found.astimezone(UTC) if found else None
    return None
