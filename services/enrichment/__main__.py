"""`python -m services.enrichment` runs the stage; with `health`, it asks a running one how it is."""

from services.enrichment.app import build
from services.enrichment.settings import Settings
from shared.run import main

if __name__ == "__main__":
    main("enrichment", build, Settings)
