"""What every adapter takes and gives: a document of a newsroom's system in, submissions of ours out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from services.ingest.hostile import Limits
from shared.errors import Rejected
from shared.events import ArticleSubmitted, CommentSubmitted

Submission = ArticleSubmitted | CommentSubmitted


@dataclass(frozen=True, slots=True)
class Document:
    """What came, before anybody believes it."""

    body: bytes
    """Unpacked, and within the limits of the front."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    source: str = ""
    """The name of the source in ``sources.toml``."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What the source's entry sets for its adapter: ``site``, ``language``, ``id_prefix``."""
    limits: Limits = field(default_factory=Limits)
    """How long it may be, and how deeply it may nest."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What it means."""

    submission: Submission
    event_id: str
    """With the source the key of deduplication: the same thing sent twice is one event."""
    warnings: tuple[str, ...] = ()
    """What was left out or guessed; each begins with the pointer or path of its field."""


Adapter = Callable[[Document], Sequence[Intake]]
"""Pure. Nothing at all where a document says nothing about what readers may see, such as a draft of a draft. Raises
``Refused``."""


class Refused(Rejected):
    """It cannot be taken. ``pointer`` names the field, as JSON Pointer or XPath; the message says what to change."""

    def __init__(self, pointer: str, told: str) -> None:
        self.pointer = pointer or "/"
        super().__init__(f"{self.pointer} {told}")
