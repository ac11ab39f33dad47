"""Punctuation as a language sets it: quotation marks, apostrophes, dashes, dots, and the spaces around them.

Letters and digits stay as they are, every one of them in its order; where a paragraph leaves a doubt, it stays too.
"""

import re

from shared.articles import Article, Enrichment
from shared.model import primary

QUOTES = {"en": "“”", "ku": "“”", "fa": "«»", "ar": "«»", "ckb": "«»"}
"""Language → its marks; in any other, straight ones stay straight."""
_LATIN, _ARABIC = {"en", "ku"}, {"fa", "ar", "ckb"}

_PART = re.compile(r"""(<(?:[^"'>]|"[^"]*"|'[^']*')*>)""")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_INLINE = frozenset(
    (
        "a", "abbr", "b", "bdi", "bdo", "cite", "del", "dfn", "em", "i", "ins", "mark", "q", "s", "small", "span",
        "strong", "sub", "sup", "time", "u", "wbr",
    )
)  # fmt: skip
_VERBATIM = frozenset(("code", "kbd", "pre", "samp", "var"))
_TAG = "\0"
"""Stands for a tag within a line; HTML knows no such character."""

# Each begins with what is rare, so that a paragraph with nothing to set is left quickly.
_SPACE_BEFORE = re.compile(r" (?<=[^\W_] ) *(?=[,;:!?،؛؟]+(?:[ \0]|$)|\.+$)")
_DOTS = re.compile(r"\.\.\.(?<=[^\W\d_]\.\.\.|[\s\0\"'”’»)\]!?،؟]\.\.\.)(?=[\s\0\"'”’»)\]!?،؟]|$)")
_DASHES = re.compile(
    r"(?<=[^\W_]) -- (?=[^\W_])"
    # Without spaces only between words of letters alone: addresses and commands have such dashes too.
    r"|(?<![^\s\0\"(“«])(?!xn--)([^\W\d_]+)--(?=[^\W\d_]+(?:[\s\0,;:!?]|\.?$))"
)
_APOSTROPHE = re.compile(r"'(?<=[^\W\d_]')(?=[^\W\d_])")
_NO_SPACE_AFTER = re.compile(r"([،؛؟])(?<=[^\W\d_].)(?=[^\W\d_])")
_ZWNJ = "\u200c"
_LONGEST_LINE = 1_900
"""Characters; what a longer one gained might not fit any more where a line may have 2,000."""
_OPENS_AFTER = frozenset(" \u00a0(\u200f\u200e[{—–-/«“")
_CLOSES_BEFORE = frozenset(" \u00a0)]}.,;:!?…—–-/»”،؛؟'’%\u200f\u200e")


def well_set(article: Article, enrichment: Enrichment) -> tuple[Article, Enrichment]:
    """The same story as its readers see it."""
    language = primary(enrichment.language)

    def line(text: str | None) -> str | None:
        if not text:
            return text
        set_ = set_line(text, language)
        return set_ if set_ and (len(set_) <= len(text) or len(set_) <= _LONGEST_LINE) else text

    update = {name: line(getattr(article, name)) for name in ("headline", "kicker", "standfirst")}
    images = tuple(
        one.model_copy(update={"caption": line(one.caption), "alt": line(one.alt)}) for one in article.images
    )
    correction = article.correction and article.correction.model_copy(update={"note": line(article.correction.note)})
    told = {"images": images, "correction": correction, "body_html": set_html(article.body_html, language)}
    about = {"teaser": line(enrichment.teaser), "summary": line(enrichment.summary)}
    return article.model_copy(update=update | told), enrichment.model_copy(update=about)


def set_html(html: str, language: str) -> str:
    """Sanitised HTML, paragraph by paragraph; what is code stays as it was typed."""
    out: list[str] = []
    block: list[str] = []
    verbatim = 0
    for at, part in enumerate(_PART.split(html)):
        if at % 2 == 0:
            (out if verbatim else block).append(part)
            continue
        found = _NAME.match(part)
        name = found[1].lower() if found else ""
        if name in _VERBATIM:
            out += [_block(block, language), part]
            block = []
            verbatim = max(0, verbatim - 1 if part.startswith("</") else verbatim + 1)
        elif verbatim:
            out.append(part)
        elif name in _INLINE:
            block.append(part)
        else:
            out += [_block(block, language), part]
            block = []
    return "".join(out) + _block(block, language)


def _block(parts: list[str], language: str) -> str:
    text = "".join(_TAG if part.startswith("<") else part for part in parts)
    if not text or text.isspace():
        return "".join(parts)
    tags = iter([part for part in parts if part.startswith("<")])
    return re.sub(_TAG, lambda _: next(tags), set_line(text, language))


def set_line(text: str, language: str) -> str:
    """One paragraph of plain text."""
    if language in QUOTES:
        text = _SPACE_BEFORE.sub("", text)
        if "--" in text:
            dash = "—" if language in _LATIN else " – "
            text = _DASHES.sub(lambda found: (found[1] or "") + dash, text)
        text = _quoted(text, QUOTES[language])
    if language in _LATIN:
        text = _APOSTROPHE.sub("’", text)
    if language in _ARABIC:
        text = _NO_SPACE_AFTER.sub(r"\1 ", text)
        text = _without_useless_zwnj(text)
    return _DOTS.sub(_dots, text) if "..." in text else text


def _dots(found: re.Match[str]) -> str:
    """Three dots as one sign, but not at the end of an address."""
    before = found.string[: found.start()].rsplit(None, 1)
    return found[0] if before and not {"/", "@"}.isdisjoint(before[-1]) else "…"


def _without_useless_zwnj(text: str) -> str:
    """One where several stand, none beside a space: nothing is parted there that was not parted before."""
    while _ZWNJ * 2 in text:
        text = text.replace(_ZWNJ * 2, _ZWNJ)
    for space in (" ", "\n", "\u00a0"):
        text = text.replace(_ZWNJ + space, space).replace(space + _ZWNJ, space)
    return text.strip(_ZWNJ)


def _quoted(text: str, marks: str) -> str:
    """Pairs of straight marks as opening and closing ones; all stay where any of them could be either."""
    if (count := text.count('"')) == 0 or count % 2:
        return text
    set_, opens = list(text), True
    for at, sign in enumerate(text):
        if sign != '"':
            continue
        before = next((text[n] for n in range(at - 1, -1, -1) if text[n] != _TAG), " ")
        after = next((text[n] for n in range(at + 1, len(text)) if text[n] != _TAG), " ")
        fits = (
            before in _OPENS_AFTER and not after.isspace()
            if opens
            else after in _CLOSES_BEFORE and not before.isspace()
        )  # fmt: skip
        if not fits:
            return text
        set_[at] = marks[0] if opens else marks[1]
        opens = not opens
    return "".join(set_)
