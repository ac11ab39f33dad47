"""How a request proves who sent it: one scheme a file, one list; its name is what ``sources.toml`` says."""

from collections.abc import Mapping

from services.ingest.signatures.bearer import bearer
from services.ingest.signatures.coral import coral
from services.ingest.signatures.ghost import ghost
from services.ingest.signatures.signed import Headers, Scheme, Unsigned
from services.ingest.signatures.standard_webhooks import standard_webhooks
from services.ingest.signatures.superdesk import superdesk
from services.ingest.signatures.websub import websub

SCHEMES: Mapping[str, Scheme] = {
    # Best first: what is signed with its time cannot be sent again, what is signed cannot be changed, a bare secret
    # can be both.
    "standard-webhooks": standard_webhooks,
    "ghost": ghost,
    "coral": coral,
    "websub": websub,
    "superdesk": superdesk,
    "bearer": bearer,
}

__all__ = ["SCHEMES", "Headers", "Scheme", "Unsigned"]
