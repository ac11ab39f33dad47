"""In what order the effects of a decision are written."""

from shared.effects import Effects
from shared.events import seal
from shared.keys import Keys
from shared.outcome import Expire, Index, Outcome, Unindex
from shared.state import Seen
from tests.builders import NOW, ingested


def test_a_new_list_gets_its_time_to_live_in_the_commit_that_makes_it() -> None:
    cause = seal(ingested(), id="e", source="/test", time=NOW)
    outcome = Outcome(
        expire=(Expire("list", 1_000),), index=(Index("list", 1.0, b"new", 8),), unindex=(Unindex("list", b"old"),)
    )

    ops = list(Effects("delivery", Keys(), 1_000).of(cause, outcome, Seen(NOW)))

    # Unindexing the last member deletes a list, and its time with it; a key that is not there has none.
    assert [op[0] for op in ops] == ["unindex", "index", "expire"]
