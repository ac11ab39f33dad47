"""One pure function for each format newsroom systems send."""

from collections.abc import Mapping

from services.ingest.adapters.ans import ans
from services.ingest.adapters.feed import feed
from services.ingest.adapters.ghost import ghost
from services.ingest.adapters.intake import Adapter
from services.ingest.adapters.native import native
from services.ingest.adapters.newsml_g2 import newsml_g2
from services.ingest.adapters.ninjs import ninjs
from services.ingest.adapters.nitf import nitf
from services.ingest.adapters.wordpress import wordpress

ADAPTERS: Mapping[str, Adapter] = {
    "native": native,
    "ninjs": ninjs,
    "wordpress": wordpress,
    "ghost": ghost,
    "ans": ans,
    "newsml-g2": newsml_g2,
    "nitf": nitf,
    "feed": feed,
}
"""By the name that ``sources.toml`` and ``lightwire ingest-check --as`` use."""
