"""Shows stories on their way: a live table in a terminal, a line per story elsewhere."""

from rich.live import Live
from rich.table import Table
from rich.text import Text

from services.commands.answers import out, print_json, printable, span
from services.commands.journeys import STEPS, Journey, Journeys

_MARKS = ("sub", "ing", "enr", "mod", "full", "light", "site")
_ENDED = ("dead letter", "embargo until", "replaced by")


class Progress:
    """``journeys`` on screen; used as a context."""

    def __init__(self, journeys: Journeys, *, as_json: bool) -> None:
        self.journeys, self._as_json = journeys, as_json
        self._told: set[tuple[str, int, str]] = set()
        self._live: Live | None = None
        if out.is_terminal and not as_json:
            self._live = Live(console=out, refresh_per_second=8, get_renderable=self._table)

    def __enter__(self) -> "Progress":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def live(self) -> bool:
        """True where the table itself says everything."""
        return self._live is not None

    def moved(self, story: Journey) -> None:
        """Tell of a story, where lines are told: when it has arrived, died, or must wait."""
        word = next((w for w in _ENDED if story.last.startswith(w)), "arrived" if story.arrived else None)
        if self._live is not None or word is None or (story.subject, story.revision, word) in self._told:
            return
        self._told.add((story.subject, story.revision, word))
        if self._as_json:
            print_json(
                {
                    "story": story.subject,
                    "revision": story.revision,
                    "reached": story.reached,
                    "now": story.last,
                }
            )
        else:
            out.print(f"{printable(story.title)} (revision {story.revision}): {journey(story)}")

    def _table(self) -> Table:
        narrow = out.width < 100
        table = Table(box=None, pad_edge=False, expand=True)
        table.add_column("story", no_wrap=True, overflow="ellipsis", ratio=1)
        table.add_column("rev", justify="right")
        for mark in () if narrow else _MARKS:
            table.add_column(mark, justify="center")
        table.add_column("now", no_wrap=True, overflow="ellipsis", width=26)
        for story in self.journeys.stories.values():
            marks = ["●" if step in story.reached else "·" for step in STEPS]
            style = "red" if story.died else "dim" if story.replaced_by else "green" if story.arrived else "yellow"
            table.add_row(
                Text(printable(story.title)), str(story.revision), *(() if narrow else marks),
                Text(_short(story.last), style=style),
            )  # fmt: skip
        table.caption = Text(self.journeys.comments.told)
        table.caption_justify = "left"
        return table


def _short(last: str) -> str:
    head, _, time = last.partition("T")
    return f"embargo until {time[:8]} UTC" if head.startswith("embargo") else last


def journey(story: Journey) -> str:
    """``submitted → ingested 4 ms → …``: each step with the time since the first."""
    times = sorted(story.reached.items(), key=lambda pair: (pair[1], STEPS.index(pair[0])))
    if not times:
        return story.last
    steps = [times[0][0]] + [f"{step} {span(at - times[0][1])}" for step, at in times[1:]]
    ended = (
        []
        if story.arrived and not (story.died or story.replaced_by)
        else [story.last]
        if story.last not in story.reached
        else []
    )
    what = f" ({story.change})" if story.change else ""
    return " → ".join(steps + ended) + what
