"""``python -m services.delivery.press``; with ``health``, ask a running one how it is."""

from services.delivery.press.app import build
from services.delivery.press.settings import Settings
from shared.run import main

if __name__ == "__main__":
    main("press", build, Settings)
