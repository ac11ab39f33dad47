"""What every rendition has."""

from collections.abc import Callable
from dataclasses import dataclass

from services.delivery.page import Notice, Page


@dataclass(frozen=True, slots=True)
class Spec:
    """One named product: a pure function from a page to its body, and what stands there after a withdrawal."""

    name: str
    """Its stream is ``renditions.<name>``."""
    media_type: str
    max_bytes: int
    """Of a body of at most 1,500 words, as brotli 11; renditions, "The light budget"."""
    render: Callable[[Page], str]
    withdrawal: Callable[[Notice], str]
    extension: str = "html"
    """Of its file, without the dot."""
    lives: bool = False
    """True where it shows comments or neighbours, and so is rendered again when these change."""
    pressed: bool = False
    """True where it travels over HTTP to readers, and so is compressed once for all of them."""
