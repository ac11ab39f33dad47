"""``python -m services.enrichment.darkroom``; with ``health``, ask a running one how it is."""

from services.enrichment.darkroom.app import build
from services.enrichment.darkroom.settings import Settings
from shared.run import main

if __name__ == "__main__":
    main("darkroom", build, Settings)
