"""``python -m services.enrichment.darkroom``; with ``health``, ask a running one how it is."""

from services.enrichment.darkroom.app import build
from services.enrichment.darkroom.hide import hide
from services.enrichment.darkroom.settings import Settings
from shared.run import main

if __name__ == "__main__":
    # Before anything is decoded: a decoder gone wrong runs as the same user, and our environment holds passwords.
    hide()
    main("darkroom", build, Settings)
