"""What moderation and its desk are told about themselves."""

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from services.moderation.desk.settings import Settings as DeskSettings
from services.moderation.settings import Settings

SERVICES = pytest.mark.parametrize("settings", [Settings, DeskSettings])


@SERVICES
def test_a_secret_that_can_be_guessed_is_refused(settings: type[BaseSettings]) -> None:
    with pytest.raises(ValidationError, match="must have 16 characters or more"):
        settings(desk_secret="0123456789abcde")


@SERVICES
@pytest.mark.parametrize("secret", ["", "0123456789abcdef"])
def test_a_secret_is_shown_to_nobody(settings: type[BaseSettings], secret: str) -> None:
    made = settings(desk_secret=secret)

    assert made.desk_secret.get_secret_value() == secret  # type: ignore[attr-defined]
    assert "0123456789abcdef" not in repr(made)
