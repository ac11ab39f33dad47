"""What a story is about, in a few words."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain, islice, pairwise

from services.enrichment.draft import Draft, House
from services.enrichment.folded import stems_in
from shared.articles import Term

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
    stems_of, article = stems_in(language), draft.article
    weight: defaultdict[str, float] = defaultdict(float)
    pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
    often: Counter[tuple[str, str]] = Counter()
    parts = (
        ((article.headline,), _HEADLINE), ((article.standfirst or "",), _STANDFIRST),
        (draft.paragraphs[:1], _OPENING), (draft.paragraphs[1:], _BODY),
    )  # fmt: skip
    for texts, worth in parts:
        chunks = islice(chain.from_iterable(map(str.split, texts)), MOST_WORDS)
        roots = list(chain.from_iterable(map(stems_of, chunks)))
        for root, count in Counter(roots).items():
            weight[root] += worth * count
        beside = Counter(pairwise(roots))
        often.update(beside)
        for pair, count in beside.items():
            pairs[pair] += worth * count
    weight.pop("", None)
    for pair, count in often.items():
        if count > 1 and all(pair):
            weight[" ".join(pair)] = _PAIR * pairs[pair]
    for keyword in article.keywords[:MOST]:
        if said := " ".join(root for chunk in keyword[:200].split() for root in stems_of(chunk) if root):
            weight[said] += _KEYWORD
    for entity in draft.entities[:MOST]:
        weight[f"@{entity.id}"[:200]] += 2.0 + entity.mentions
    # Of words that weigh the same, those that came first: a story begins with what it is about.
    heaviest = sorted(weight.items(), key=lambda one: -one[1])
    kept = [(text, sum_) for text, sum_ in heaviest[: 2 * MOST] if len(text) <= _LONGEST or text[0] == "@"][:MOST]
    return replace(draft, terms=tuple(Term(text=text, weight=round(sum_ / kept[0][1], 3)) for text, sum_ in kept))
