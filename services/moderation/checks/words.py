"""Words the newsroom listed."""

from services.moderation.subject import Subject, Unchecked
from shared.comments import Evidence
from shared.model import primary

ENGLISH = "en"


def words(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each listed word, as written or as it may be meant, of the lists of the comment's language.

    Only of that language: a Persian insult is an innocent word in Sorani. A language nobody listed words
    for, and one nobody could tell, are unchecked. Names are English in every language, so they are read as that, too.
    """
    language = primary(subject.facts.language) if subject.facts else "und"
    listed = subject.words.get(language)
    if listed is None:
        raise Unchecked(f"no word list for {language}")
    lists = [listed]
    if subject.of == "name" and language != ENGLISH and ENGLISH in subject.words:
        lists.append(subject.words[ENGLISH])
    return tuple(
        Evidence(check="words", span=found.span, list=found.list, term=found.term, level=found.level)
        for one in lists
        for found in one.find(subject.text)
    )
