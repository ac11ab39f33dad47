"""Words the newsroom listed."""

from services.moderation.subject import Subject, Unchecked
from shared.comments import Evidence
from shared.model import primary


def words(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each listed word, as written or as it may be meant, of the lists of the comment's language.

    Only of that language: a Persian insult is an innocent word in Sorani. A language nobody listed words
    for, and one nobody could tell, are unchecked.
    """
    language = primary(subject.facts.language) if subject.facts else "und"
    listed = subject.words.get(language)
    if listed is None:
        raise Unchecked(f"no word list for {language}")
    return tuple(
        Evidence(check="words", span=found.span, list=found.list, term=found.term, level=found.level)
        for found in listed.find(subject.text)
    )
