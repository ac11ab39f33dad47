"""Everything delivery makes of a story."""

from services.delivery.renditions.comments import COMMENTS
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT

RENDITIONS = (
    # What most readers see, and the address others link to.
    FULL,
    # The same story for a line that carries one small file, and for mirrors and USB sticks.
    LIGHT,
)

__all__ = ["COMMENTS", "RENDITIONS"]
