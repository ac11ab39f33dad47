"""`lightwire verify` asks of every submission what became of it, and of some nothing need have."""

from typing import Any

import pytest

from services.commands.auditor import Auditor, fact

SAID: dict[str, Any] = {"id": "a", "revision": 2, "status": "canceled"}


@pytest.mark.parametrize(("more", "lost"), [({}, 1), ({"if_known": False}, 1), ({"if_known": True}, 0)])
def test_a_withdrawal_of_what_may_never_have_come_owes_no_outcome(more: dict[str, Any], lost: int) -> None:
    auditor = Auditor()
    seen = fact("articles.submitted", "1-0", {"id": "e"}, {**SAID, **more})
    if seen is not None:
        auditor.see(seen)

    auditor.finish(set(), set(), {})

    assert len(auditor.outcomes.broken) == lost
