"""The smallest service there can be, run as a process of its own by test_run."""

from shared import run
from shared.events import ArticleEnriched, ArticleIngested
from shared.outcome import Given
from shared.settings import StageSettings
from shared.stage import Stage


class Settings(StageSettings):
    """With a port of its own."""

    port: int = 0


def build(settings: Settings) -> Stage:
    """Pass every story on."""
    stage = Stage("enrichment", settings)

    @stage.on(ArticleIngested, order=lambda e: (e.article_id, e.revision))
    def pass_on(event: ArticleIngested, _: Given) -> ArticleEnriched:
        return ArticleEnriched(
            article_id=event.article_id, revision=event.revision, change=event.change, article=event.article
        )

    return stage


if __name__ == "__main__":
    run.main("enrichment", build, Settings)
