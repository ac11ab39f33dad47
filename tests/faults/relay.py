"""The smallest stage there is: comments are passed on as they are, with no state and no order to hide behind.

A missing fence shows only where no version check masks it; every real stage has one.
"""

import time

from shared.events import CommentIngested, CommentSubmitted
from shared.outcome import Given
from shared.run import main
from shared.settings import StageSettings
from shared.stage import Stage


class Settings(StageSettings):
    """What a stage needs, and a port nobody else wants."""

    port: int = 0
    slow_ms: int = 5


def build(settings: Settings) -> Stage:
    """``comments.submitted`` to ``comments.ingested``."""
    stage = Stage("relay", settings)

    @stage.on(CommentSubmitted)
    def comment_submitted(data: CommentSubmitted, given: Given) -> CommentIngested:
        # Long enough in work for a fault to hit something.
        time.sleep(settings.slow_ms / 1000)
        return CommentIngested(comment_id=data.id, article_id=data.article_id, revision=data.revision)

    return stage


if __name__ == "__main__":
    main("relay", build, Settings)
