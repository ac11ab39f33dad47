"""What can be set about moderation."""

from base64 import b64decode
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from services.moderation.policy_files import DEFAULT
from shared.settings import StageSettings

LEAST_SECRET, MOST_SECRET = 24, 64
"""Bytes; https://github.com/standard-webhooks/standard-webhooks, signatures."""


SHARED = (
    "Shared by moderation, the desk and whoever else decides: nothing unsigned is done then. 16 characters or more."
)
LEAST_DESK_SECRET = 16
"""Characters: one signed request is enough to try shorter ones out."""


def _long_enough(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value()) < LEAST_DESK_SECRET:
        raise ValueError(f"must have {LEAST_DESK_SECRET} characters or more: make one with `openssl rand -hex 32`")
    return value


DeskSecret = Annotated[SecretStr, AfterValidator(_long_enough)]
"""Never shown in a log; empty where none is set."""


class Settings(StageSettings):
    """``LIGHTWIRE_MODERATION_PORT`` and the policy."""

    port: int = Field(
        8007,
        ge=0,
        le=65535,
        validation_alias="LIGHTWIRE_MODERATION_PORT",
        description="Moderation's health and metrics; 0: any free port.",
    )
    desk_secret: DeskSecret = Field(SecretStr(""), description=SHARED)
    policy_file: Path = Field(DEFAULT, description="The rules for comments (TOML); word lists lie beside it.")
    check_ms: int = Field(
        50, ge=1, le=1_000, description="Time one check of a comment may take; longer, and the comment is held."
    )
    comment_ms: int = Field(250, ge=1, le=5_000, description="Time all checks of one comment may take together.")
    story_ms: int = Field(
        1_000, ge=1, le=5_000, description="Time the gate may take to look through one story; longer, and it is held."
    )
    scorer_url: str = Field(
        "", description="Where comments are scored before the decision, if a rule asks for scores; empty: nowhere."
    )
    scorer_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="What questions to the scorer are signed with: `whsec_` and 24 to 64 random bytes in base64.",
    )
    scorer_timeout_ms: int = Field(
        200, ge=1, le=5_000, description="Time the scorer has; later, and the comment is held."
    )

    @field_validator("scorer_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must be http(s)://host/path")
        if parts.username or parts.password:
            raise ValueError("must have no name or password in it: questions are signed with LIGHTWIRE_SCORER_SECRET")
        return value

    @field_validator("scorer_secret")
    @classmethod
    def _is_secret(cls, value: SecretStr, told: ValidationInfo) -> SecretStr:
        if not told.data.get("scorer_url"):
            return value
        kind, _, key = value.get_secret_value().partition("_")
        try:
            length = len(b64decode(key, validate=True))
        except ValueError:
            length = 0
        if kind != "whsec" or not LEAST_SECRET <= length <= MOST_SECRET:
            raise ValueError("must be whsec_ and 24 to 64 random bytes in base64, for LIGHTWIRE_SCORER_URL is set")
        return value
