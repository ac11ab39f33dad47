"""`python -m services.moderation` runs the stage; with `health`, it asks a running one how it is."""

from services.moderation.app import build
from services.moderation.settings import Settings
from shared.run import main

if __name__ == "__main__":
    main("moderation", build, Settings)
