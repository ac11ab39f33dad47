"""The words of a story, part by part."""

from collections.abc import Iterator
from dataclasses import replace

from services.enrichment.draft import Draft, House
from shared.blocks import blocks_of
from shared.document import Block


def text(draft: Draft, _: House) -> Draft:
    """``body_html`` in the parts that renditions set, and their visible text: what is counted is what is shown."""
    blocks = blocks_of(draft.article.body_html)
    return replace(draft, blocks=blocks, paragraphs=tuple(line for block in blocks for line in _lines(block)))


def _lines(block: Block) -> Iterator[str]:
    """One for each paragraph, item or row, white space collapsed."""
    for part in block.items or (block.text,):
        if words := " ".join(part.split()):
            yield words
