"""Everything delivery makes of a story."""

from services.delivery.renditions.comments import COMMENTS
from services.delivery.renditions.email import EMAIL
from services.delivery.renditions.full import FULL
from services.delivery.renditions.gemtext import GEMTEXT
from services.delivery.renditions.json import JSON
from services.delivery.renditions.light import LIGHT
from services.delivery.renditions.ninjs import NINJS
from services.delivery.renditions.sms import SMS
from services.delivery.renditions.social import SOCIAL
from services.delivery.renditions.telegram import TELEGRAM
from services.delivery.renditions.text import TEXT

RENDITIONS = (
    # What most readers see, and the address others link to.
    FULL,
    # The same story for a line that carries one small file, and for mirrors and USB sticks.
    LIGHT,
    # Every fact and the text in parts, for apps and feeds that set the story themselves.
    JSON,
    # Where there is no browser: filecasts, shortwave, terminals.
    TEXT,
    GEMTEXT,
    # Where the story is a message among others, each within the limits of who carries it.
    TELEGRAM,
    SMS,
    SOCIAL,
    EMAIL,
    # For partners that have a newsroom system of their own.
    NINJS,
)

__all__ = ["COMMENTS", "RENDITIONS"]
