"""Which language a text is in, out of those the newsroom publishes in."""

import copy
import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from services.enrichment.draft import UNDETERMINED

_SAMPLE = 300
"""Characters looked at; more cost time and change nothing."""
_SURE = 0.5
_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_SORANI = re.compile("[ەێۆڕڵڤ]")
_PERSIAN_LETTERS = re.compile("[پچژگکی]")
_ARABIC_LETTERS = re.compile("[ةىيكأإؤ]")
_ARABIC_SCRIPT = frozenset({"ar", "ckb", "fa", "prs", "ps", "sd", "ug", "ur"})
_TWO_SCRIPTS = frozenset({"az", "ku"})
_OTHER_SCRIPTS = frozenset(
    {"am", "be", "bg", "bn", "el", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo"}
    | {"mk", "ml", "mn", "mr", "my", "ne", "or", "pa", "ru", "si", "sr", "ta", "te", "tg", "th", "uk", "zh"}
)


class Languages:
    """Tells the languages of one newsroom apart. Loads a model once, which takes about a second.

    A text in another language comes out as the nearest of these, or as ``und`` where its script rules all
    of them out. Raises ``ValueError`` for a language that cannot be told.
    """

    def __init__(self, languages: tuple[str, ...]) -> None:
        known = set(_model().labels)
        if unknown := sorted(set(languages) - known - {"ckb"}):
            raise ValueError(f"languages: {', '.join(unknown)} cannot be told apart; use two-letter codes or ckb")
        told = frozenset(languages)
        self._told, self._sorani = told, "ckb" in told
        # The two letter rules below hold between Persian and Arabic only; Urdu or Pashto would be taken for
        # either.
        self._letters_tell = told & _ARABIC_SCRIPT <= {"ar", "ckb", "fa"}
        self._arabic_script = _restricted(told & _ARABIC_SCRIPT & known)
        self._latin = _restricted((told - _ARABIC_SCRIPT - _OTHER_SCRIPTS) & known)
        self._others = _restricted(told & _OTHER_SCRIPTS & known)

    def tell(self, text: str) -> str:
        """Code of the likeliest language; ``und`` where there is too little to go by."""
        sample = text[:_SAMPLE]
        letters, arabic = len(_LETTERS.findall(sample)), len(_ARABIC.findall(sample))
        if letters < 2:
            return UNDETERMINED
        if arabic * 2 >= letters:
            return self._tell_in_arabic_script(sample, arabic)
        latin = len(_LATIN.findall(sample)) * 2 >= letters
        return _ask(self._latin if latin else self._others, sample)

    def _tell_in_arabic_script(self, sample: str, letters: int) -> str:
        """Letters decide before the model does: it knows no Sorani, and little of two words."""
        if self._sorani and len(_SORANI.findall(sample)) * 25 >= letters:
            return "ckb"
        persian, arabic = len(_PERSIAN_LETTERS.findall(sample)), len(_ARABIC_LETTERS.findall(sample))
        if self._letters_tell and max(persian, arabic) > 4 * min(persian, arabic):
            told = "fa" if persian > arabic else "ar"
            return told if told in self._told else UNDETERMINED
        return _ask(self._arabic_script, sample)


def fits(language: str, text: str) -> bool:
    """False where ``text`` cannot be in ``language``, because that is written in another script."""
    primary = language.split("-")[0].lower()
    letters, arabic = len(_LETTERS.findall(text)), len(_ARABIC.findall(text))
    return letters < 2 or primary in _TWO_SCRIPTS or (arabic * 2 >= letters) == (primary in _ARABIC_SCRIPT)


@lru_cache(maxsize=8)
def languages_of(newsroom: tuple[str, ...]) -> Languages:
    """One reader of languages for each set of them."""
    return Languages(newsroom)


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _restricted(languages: frozenset[str]) -> LanguageIdentifier | None:
    if not languages:
        return None
    # A shallow copy shares the large tables; restricting it leaves the whole model as it is.
    identifier = copy.copy(_model())
    identifier.set_languages(sorted(languages))
    return identifier


def _ask(identifier: LanguageIdentifier | None, sample: str) -> str:
    if identifier is None:
        return UNDETERMINED
    language, likelihood = identifier.classify(sample)
    return str(language) if likelihood > _SURE else UNDETERMINED
