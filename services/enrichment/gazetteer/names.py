"""Which listings a text names, and where."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from services.enrichment.gazetteer.listing import Alias, Listing
from services.enrichment.gazetteer.spelling import protector, spellings
from services.enrichment.gazetteer.text import JOINING, PROCLITIC, Text, letters, plain, read
from shared.model import primary

_EVERYWHERE = "en"
"""Names of organisations stand in Latin letters in stories of any language."""


@dataclass(frozen=True, slots=True)
class Found:
    """A listing, how often it is named, and the place of the first time, to compare with others."""

    listing: Listing
    mentions: int
    first: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Name:
    listing: Listing
    language: str
    alias: Alias
    written: str
    needs: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Hit:
    block: int
    start: int
    end: int
    name: _Name


class Names:
    """All names of a gazetteer. Names are whole, and where several begin together the longest is meant."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._names: dict[str, list[_Name]] = defaultdict(list)
        self._folded: dict[str, tuple[str, ...]] = {}
        self._languages: set[str] = set()
        for listing in listings:
            said = [*listing.name.values(), *listing.office.values(), *(alias.text for _, alias in listing.spelled)]
            self._folded[listing.id] = tuple(dict.fromkeys(plain(one) for one in said))
            for language, alias in listing.spelled:
                self._languages.add(language)
                name = _Name(listing, language, alias, letters(alias.text), _needs(alias.needs))
                for spelling in spellings(alias.text, language):
                    self._names[spelling].append(name)
        self._patterns = tuple(self._names)
        self._screens: dict[frozenset[str], AhoCorasick] = {}
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None

    @property
    def owners(self) -> Mapping[str, list[str]]:
        """Ids of the listings behind each spelling."""
        return {spelling: sorted({one.listing.id for one in names}) for spelling, names in self._names.items()}

    def called(self, name: str, protected: tuple[str, ...] = ()) -> Listing | None:
        """The listing that ``name`` as a whole is a name of; of a text that only has one in it, none."""
        hidden = protector(protected)
        listing = next((one.listing for one in self._names.get(plain(name), ())), None)
        return None if listing and hidden and self._says(listing, hidden) else listing

    def find(self, blocks: Sequence[str], language: str, protected: tuple[str, ...] = ()) -> tuple[Found, ...]:
        """What the blocks of a text name, the most mentioned first, then in the order of the text.

        ``language`` is BCP 47; where the gazetteer does not know it, names of every language count. A listing that has
        one of the ``protected`` terms in a name or an office is not found, and no term is taken for a part of a name.
        """
        if self._automaton is None:
            return ()
        hidden = protector(protected)
        spoken = self._spoken(language)
        folded = [plain(block) for block in blocks]
        # Most paragraphs name nobody: where their words stood is found out only of those that might.
        texts = {at: read(blocks[at]) for at, text in enumerate(folded) if self._might(text, spoken)}
        if hidden:
            folded = [hidden.sub("\0", text) for text in folded]
            texts = {at: text.hide(hidden) for at, text in texts.items()}
        hits = [hit for at, text in texts.items() for hit in self._hits(at, text, spoken)]
        sure = {hit.name.listing.id for hit in hits if hit.name.needs is None}
        whole = " ".join(folded)
        meant = [
            hit for hit in hits
            if (needs := hit.name.needs) is None or hit.name.listing.id in sure or needs.search(whole)
        ]  # fmt: skip
        found: dict[str, Found] = {}
        for hit in _longest(meant):
            listing = hit.name.listing
            before = found.get(listing.id)
            first = before.first if before else (hit.block, hit.start)
            found[listing.id] = Found(listing, before.mentions + 1 if before else 1, first)
        shown = [one for one in found.values() if not (hidden and self._says(one.listing, hidden))]
        return tuple(sorted(shown, key=lambda one: (-one.mentions, one.first)))

    def _spoken(self, language: str) -> set[str]:
        own = primary(language)
        return {own, _EVERYWHERE} if own in self._languages else self._languages

    def _might(self, folded: str, spoken: set[str]) -> bool:
        """False where every match is a part of another word, as the UN is of `under`."""
        joins = frozenset(spoken & JOINING.keys())
        if joins not in self._screens:
            before = "" if any(JOINING[one] == "before" for one in joins) else " "
            after = "" if any(JOINING[one] == "after" for one in joins) else " "
            self._screens[joins] = AhoCorasick([f"{before}{pattern}{after}" for pattern in self._patterns])
        return bool(self._screens[joins].find_matches_as_indexes(f" {folded} "))

    def _hits(self, block: int, text: Text, spoken: set[str]) -> Iterator[_Hit]:
        assert self._automaton is not None  # noqa: S101 - `find` has looked
        for pattern, start, end in self._automaton.find_matches_as_indexes(text.folded, overlapping=True):
            for name in self._names[self._patterns[pattern]]:
                exact = name.alias.exact
                if name.language not in spoken or not text.whole(start, end, name.language, exact=exact):
                    continue
                if exact and (text.written(start, end) != name.written or (name.written.isupper() and text.shouted)):
                    continue
                yield _Hit(block, start, end, name)
                break

    def _says(self, listing: Listing, hidden: re.Pattern[str]) -> bool:
        return any(hidden.search(name) for name in self._folded[listing.id])


def _longest(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """Of hits that overlap, the one that begins first, and of these the longest."""
    block, past = -1, 0
    for hit in sorted(hits, key=lambda hit: (hit.block, hit.start, -hit.end)):
        if hit.block != block or hit.start >= past:
            yield hit
            block, past = hit.block, hit.end


def _needs(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds any of the words where a word begins, whatever is written on."""
    if not words:
        return None
    return re.compile(rf"(?:^| )(?:{PROCLITIC})(?:{'|'.join(re.escape(plain(word)) for word in words)})")
