"""What can be set about the desk."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from services.moderation.policy_files import DEFAULT
from services.moderation.settings import SHARED, DeskSecret
from shared.settings import StageSettings


class Settings(StageSettings):
    """``LIGHTWIRE_DESK_…``, and the policy that moderation reads too."""

    port: int = Field(
        8002,
        ge=0,
        le=65_535,
        validation_alias="LIGHTWIRE_DESK_PORT",
        description="Port of the moderators' desk; 0: any free one.",
    )
    url: str = Field(
        "http://127.0.0.1:8002",
        validation_alias="LIGHTWIRE_DESK_URL",
        pattern=r"^https?://[^\s/?#@]+$",
        description="The address people type, without a path; anything but loopback must begin with https.",
    )
    desk_secret: DeskSecret = Field(SecretStr(""), description=SHARED)
    desk_oidc_issuer: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="OpenID Connect provider people may sign in at; empty: name, password and digits only.",
    )
    desk_oidc_client_id: str = Field(
        "",
        validate_default=True,
        description="What the provider calls the desk.",
    )
    desk_oidc_client_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Its secret there.",
    )
    policy_file: Path = Field(DEFAULT, description="The rules for comments (TOML); word lists lie beside it.")

    @field_validator("url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        if value.startswith("http://") and not loopback(urlsplit(value).hostname or ""):
            raise ValueError("passwords and sessions would travel in the clear: put TLS before the desk, say https://")
        return value

    @field_validator("desk_oidc_issuer")
    @classmethod
    def _is_a_safe_provider(cls, value: str) -> str:
        if value.startswith("http://") and not loopback(urlsplit(value).hostname or ""):
            raise ValueError("who signs in would be told in the clear: it must begin with https")
        return value

    @field_validator("desk_oidc_client_id", "desk_oidc_client_secret")
    @classmethod
    def _is_known_there(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        known = value.get_secret_value() if isinstance(value, SecretStr) else value
        if info.data.get("desk_oidc_issuer") and not known:
            raise ValueError("is needed with LIGHTWIRE_DESK_OIDC_ISSUER: the provider gives it to you")
        return value

    @property
    def plain(self) -> bool:
        """Without TLS, which is so on loopback alone."""
        return self.url.startswith("http://")

    @property
    def authority(self) -> str:
        """What ``Host`` must say."""
        return urlsplit(self.url).netloc.lower()


def loopback(host: str) -> bool:
    """This machine, and nobody between."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
