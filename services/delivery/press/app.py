"""bodies.due → compressed bodies."""

from services.delivery.press.press import press, reads_bodies
from services.delivery.press.settings import Settings
from shared.events import BodyDue
from shared.outcome import Given, Outcome
from shared.stage import Stage


def build(settings: Settings) -> Stage:
    """The stage, ready to run."""
    stage = Stage("press", settings)

    @stage.on(BodyDue, reads=reads_bodies)
    def body_due(data: BodyDue, given: Given) -> Outcome:
        return press(data, given)

    return stage
