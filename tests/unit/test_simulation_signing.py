"""What a simulated newsroom signs, ingest takes: the list of one side is the list of the other."""

from datetime import UTC, datetime

import pytest

from services.commands.simulation.signing import SIGNERS
from services.ingest.signatures import SCHEMES, Unsigned

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECRET = "whsec_c2VjcmV0LW9mLWEtZGVzaw=="


def test_every_scheme_can_be_simulated() -> None:
    assert set(SIGNERS) == set(SCHEMES)


@pytest.mark.parametrize("scheme", SIGNERS)
def test_what_is_signed_is_taken_with_its_secret_and_with_no_other(scheme: str) -> None:
    headers = SIGNERS[scheme](SECRET, b"{}", "m-1", NOW)

    SCHEMES[scheme](headers, b"{}", [SECRET], NOW)
    with pytest.raises(Unsigned):
        SCHEMES[scheme](headers, b"{}", ["whsec_YW5vdGhlciBzZWNyZXQ="], NOW)
