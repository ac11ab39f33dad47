"""How fast languages are read, in words a minute."""

from types import MappingProxyType

_ENGLISH = 238
"""Silent reading of non-fiction: Brysbaert, Journal of Memory and Language 109 (2019), the mean of 190 studies."""
_ALOUD_ENGLISH = 228
_ALOUD = {
    "ar": 138, "de": 179, "es": 218, "fi": 161, "fr": 195, "he": 187, "it": 188, "nl": 202, "pl": 166, "pt": 181,
    "ru": 184, "sl": 180, "sv": 199, "tr": 166,
}  # fmt: skip
"""The same texts read aloud, IReST: Trauzettel-Klosinski and Dietz, IOVS 53 (2012), 5452-5461."""

PACES = MappingProxyType(
    {
        "en": _ENGLISH,
        # No measurement was found: an editorial setting, as any of these may be.
        "fa": 200, "ckb": 200, "ku": 200,
        # As Brysbaert found, other languages are read slower by as much as they need more or longer words.
        **{language: round(_ENGLISH * aloud / _ALOUD_ENGLISH) for language, aloud in _ALOUD.items()},
    }
)  # fmt: skip
"""Language → words a minute."""
