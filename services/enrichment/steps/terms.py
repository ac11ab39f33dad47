"""What a story is about, in a few words."""

from collections import Counter
from dataclasses import replace
from itertools import chain, islice, pairwise

from services.enrichment.draft import Draft, House
from services.enrichment.folded import stems_in
from shared.articles import Term
from shared.model import primary

MOST = 14
MOST_WORDS = 1_200
"""A story says what it is about before this; what follows repeats it, or is another matter."""
_MORE = (3.0, 1.0, 0.5)
"""What a word in the headline, the standfirst and the first paragraph counts for beyond one in the text."""
_KEYWORD = 4.0
_PAIR = 1.2
"""Two words side by side tell more than each alone, where they come again or stand in the headline."""
_LONGEST = 60


def terms(draft: Draft, _: House) -> Draft:
    """Its telling words and pairs of words, its newsroom's keywords and whom it names, the heaviest first.

    A word weighs by how often and where it stands; what stands in every story says nothing and is left out.
    """
    stems_of, article = stems_in(primary(draft.language)), draft.article
    parts = ((article.headline,), (article.standfirst or "",), draft.paragraphs[:1], draft.paragraphs[1:])
    roots = [
        # The empty one at the end keeps the last word of a part and the first of the next apart.
        [*chain.from_iterable(map(stems_of, islice(chain.from_iterable(map(str.split, texts)), MOST_WORDS))), ""]
        for texts in parts
    ]
    said = [*chain.from_iterable(roots)]
    weight: dict[str, float] = {**Counter(said)}
    weight.pop("", None)
    beside = {pair: count for pair, count in Counter(pairwise(said)).items() if count > 1 and all(pair)}
    weight |= {" ".join(pair): _PAIR * count for pair, count in beside.items()}
    for part, more in zip(roots, _MORE, strict=False):
        for root in part:
            if root:
                weight[root] += more
        for pair in pairwise(part):
            if pair in beside:
                weight[" ".join(pair)] += _PAIR * more
    for keyword in article.keywords[:MOST]:
        if words := " ".join(root for chunk in keyword[:200].split() for root in stems_of(chunk) if root):
            weight[words] = weight.get(words, 0) + _KEYWORD
    for entity in draft.entities[:MOST]:
        weight[f"@{entity.id}"[:200]] = 2.0 + entity.mentions
    # Of words that weigh the same, those that came first: a story begins with what it is about.
    heaviest = sorted(weight.items(), key=lambda one: -one[1])
    kept = [(text, sum_) for text, sum_ in heaviest[: 2 * MOST] if len(text) <= _LONGEST or text[0] == "@"][:MOST]
    return replace(draft, terms=tuple(Term(text=text, weight=round(sum_ / kept[0][1], 3)) for text, sum_ in kept))
