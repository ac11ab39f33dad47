"""What a story is about, in a few words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from services.enrichment.draft import Draft, House
from services.enrichment.folded import folded_words, stem
from shared.articles import Term
from shared.fold import fold

MOST = 14
MOST_WORDS = 1_200
"""A story says what it is about before this; what follows repeats it, or is another matter."""
_HEADLINE, _STANDFIRST, _OPENING, _BODY = 4.0, 2.0, 1.5, 1.0
_KEYWORD = 4.0
_PAIR = 1.2
"""Two words side by side tell more than each alone, where they come again or stand in the headline."""
_LONGEST = 60


def terms(draft: Draft, _: House) -> Draft:
    """Its telling words and pairs of words, its newsroom's keywords and whom it names, the heaviest first.

    A word weighs by how often and where it stands; what stands in every story says nothing and is left out.
    """
    language = draft.language.split("-")[0].lower()
    weight: defaultdict[str, float] = defaultdict(float)
    often: defaultdict[str, int] = defaultdict(int)
    pairs: defaultdict[str, float] = defaultdict(float)

    def read(texts: Iterable[str], worth: float) -> None:
        before = ""
        for words in islice(folded_words(texts), MOST_WORDS):
            for word in words:
                root = stem(word, language)
                if root:
                    weight[root] += worth
                    if before:
                        pair = f"{before} {root}"
                        pairs[pair] += worth
                        often[pair] += 1
                before = root

    article = draft.article
    read((article.headline,), _HEADLINE)
    read((article.standfirst or "",), _STANDFIRST)
    read(draft.paragraphs[:1], _OPENING)
    read(draft.paragraphs[1:], _BODY)
    for pair, sum_ in pairs.items():
        if often[pair] > 1:
            weight[pair] = _PAIR * sum_
    for keyword in article.keywords[:MOST]:
        if said := " ".join(filter(None, (stem(word, language) for word in fold(keyword[:200]).text.split()))):
            weight[said] += _KEYWORD
    for entity in draft.entities[:MOST]:
        weight[f"@{entity.id}"[:200]] += 2.0 + entity.mentions
    # Of words that weigh the same, those that came first: a story begins with what it is about.
    heaviest = sorted(weight.items(), key=lambda one: -one[1])
    kept = [(text, sum_) for text, sum_ in heaviest[: 2 * MOST] if len(text) <= _LONGEST or text[0] == "@"][:MOST]
    return replace(draft, terms=tuple(Term(text=text, weight=round(sum_ / kept[0][1], 3)) for text, sum_ in kept))
