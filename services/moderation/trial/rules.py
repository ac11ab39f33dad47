"""The policy that counts, for whoever decides or looks beside the stage."""

from pathlib import Path

from services.moderation.live_policy import ACTIVE, stored_policy
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook, rulebook
from services.moderation.policy_files import DEFAULT, load
from services.moderation.spoken import spoken
from shared.keys import Keys
from shared.streams import Client


async def in_force(redis: Client, keys: Keys, file: Path | None = None) -> tuple[Rulebook, Notices]:
    """``file`` where one is named, else the activated policy, else the shipped one. Raises ``PolicyError``."""
    rules = load(file) if file else await activated(redis, keys) or load(DEFAULT)
    return rules, Notices(spoken(), rules.reasons)


async def activated(redis: Client, keys: Keys) -> Rulebook | None:
    """None where the file counts that moderation was started with."""
    stored = await redis.get(keys.key(ACTIVE))
    if not stored:
        return None
    policy, files = stored_policy(stored)
    return rulebook(policy.encode(), {name: text.encode() for name, text in files.items()})
