"""The words of a story, part by part."""

from collections.abc import Iterator
from dataclasses import replace

from services.enrichment.draft import Draft, House
from shared.blocks import blocks_of
from shared.document import Block, BlockKind

_SENTENCES = {BlockKind.PARAGRAPH, BlockKind.QUOTE}


def text(draft: Draft, _: House) -> Draft:
    """``body_html`` in the parts that renditions set, and their visible text: what is counted is what is shown."""
    lines = [(block.kind, line) for block in blocks_of(draft.article.body_html) for line in _lines(block)]
    prose = tuple(line for kind, line in lines if kind in _SENTENCES)
    return replace(draft, paragraphs=tuple(line for _, line in lines), prose=prose)


def _lines(block: Block) -> Iterator[str]:
    """One for each paragraph, item or row, white space collapsed."""
    for part in block.items or (block.text,):
        if words := " ".join(part.split()):
            yield words
