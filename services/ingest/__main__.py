"""`python -m services.ingest` runs the door; with `health`, it asks a running one how it is."""

import os

from services.ingest.app import build
from services.ingest.settings import Settings
from shared.run import main

if __name__ == "__main__":
    main("ingest", lambda settings: build(settings, os.environ), Settings)
