"""Some commands decide as moderation does, so they need what moderation is made of."""

from importlib.util import find_spec

from services.commands.answers import Code, Problem


def needed() -> None:
    """Raises Problem where moderation's own code or libraries are not installed beside the command line."""
    missing = [name for name in ("re2", "ahocorasick_rs", "phonenumbers", "rapidfuzz") if find_spec(name) is None]
    if find_spec("services.moderation") is None or missing:
        raise Problem(
            "this needs moderation's own libraries: run it where they are, such as in Compose by "
            "`docker compose run --rm cli moderation …`", Code.USAGE,
        )  # fmt: skip
