"""What a decision knows about the house it works in; the settings that reach the pages."""

from dataclasses import dataclass, field

from shared.keys import Keys
from shared.signatures import Signer


@dataclass(frozen=True, slots=True)
class House:
    """Constant while a service runs, so renditions stay repeatable."""

    name: str = "Lightwire"
    base_url: str = ""
    """Where the site is reached, without a slash at the end; empty where pages should not say."""
    keys: Keys = field(default_factory=Keys)
    renditions: tuple[str, ...] | None = None
    """Names of those that are made; ``None``: every one."""
    inline_bytes: int = 8_192
    """A body up to this size travels in its event, a larger one by reference (contract, section 1)."""
    superseded_blob_ms: int = 3_600_000
    comment_render_delay_ms: int = 1_000
    related_keep_ms: int = 1_209_600_000
    """A list by which stories are found lives so long after the last one joined it."""
    typography: bool = True
    """Punctuation is set as the language has it."""
    signer: Signer | None = None
    """Signs every rendition; ``None``: they travel unsigned."""
