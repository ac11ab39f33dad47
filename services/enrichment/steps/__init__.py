"""The order of enrichment. Each step is a pure function in a file of its own and sees what earlier ones found."""

from services.enrichment.draft import Step
from services.enrichment.steps.call_out import call_out
from services.enrichment.steps.direction import direction
from services.enrichment.steps.entities import entities
from services.enrichment.steps.fingerprint import fingerprint
from services.enrichment.steps.language import language
from services.enrichment.steps.missing import missing
from services.enrichment.steps.reading_minutes import reading_minutes
from services.enrichment.steps.slug import slug
from services.enrichment.steps.summary import summary
from services.enrichment.steps.teaser import teaser
from services.enrichment.steps.terms import terms
from services.enrichment.steps.text import text
from services.enrichment.steps.word_count import word_count

STEPS: tuple[tuple[str, Step], ...] = (
    # What readers see, in parts and without markup: everything below counts and cuts this, never HTML.
    ("text", text),
    # Before all that depends on it: direction, pace.
    ("language", language),
    ("direction", direction),
    # Names are spelled by language. Before whatever tells what a story is about.
    ("entities", entities),
    # Only those it names can be asked to answer.
    ("call_out", call_out),
    ("word_count", word_count),
    # Needs the count and, for the pace, the language.
    ("reading_minutes", reading_minutes),
    ("teaser", teaser),
    # Needs the language, whose common words say nothing.
    ("summary", summary),
    # After the names it speaks of, which count among its terms; needs the language, whose common words say nothing.
    ("terms", terms),
    # Copies of one report are told by their text alone.
    ("fingerprint", fingerprint),
    # Told, never waited for: a story without it goes out all the same.
    ("missing", missing),
    # Last, because nothing waits for it.
    ("slug", slug),
)
