"""``python -m services.delivery``; with ``health``, ask a running one how it is."""

from services.delivery.app import build
from services.delivery.settings import Settings
from shared.run import main

if __name__ == "__main__":
    main("delivery", build, Settings)
