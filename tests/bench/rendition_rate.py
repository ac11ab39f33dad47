"""How fast each rendition is made, in one process, and what the light page costs until it can travel."""

import gzip
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import brotli  # type: ignore[import-untyped]

from services.delivery.page import Page
from services.delivery.renditions import RENDITIONS
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from services.delivery.renditions.spec import Spec
from shared.blocks import blocks_of
from shared.keyring import load_signer, make_keys
from tests.contract.rendition_pages import example_pages

ROUNDS = 5


def _ms(work: list[object], each: object) -> float:
    """Milliseconds a piece, the median of some rounds."""
    assert callable(each)
    rounds = []
    for _ in range(ROUNDS):
        began = perf_counter()
        for one in work:
            each(one)
        rounds.append((perf_counter() - began) * 1000 / len(work))
    return median(rounds)


def _alone(spec: Spec, page: object) -> None:
    """As if no other rendition had taken the text apart before."""
    assert isinstance(page, Page)
    blocks_of.cache_clear()
    spec.render(page)


def rendition_rates() -> str:
    """A table in Markdown."""
    pages: list[object] = [*example_pages()] * 8
    costs = {spec.name: _ms(pages, partial(_alone, spec)) for spec in RENDITIONS}
    lines = [f"| `{name}` | {cost:.2f} | {1000 / cost:,.0f} |" for name, cost in costs.items()]
    pair = costs[FULL.name] + costs[LIGHT.name]
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder))
        signer = load_signer(Path(folder))
    bodies: list[object] = [LIGHT.render(page).encode() for page in example_pages()]
    after = {
        "brotli 11": _ms(bodies, lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=11)),
        "gzip 9": _ms(bodies, lambda body: gzip.compress(body, 9, mtime=0)),
        "signature": _ms(bodies, lambda body: signer.sidecar(body, "lightwire")),
    }
    whole = costs[LIGHT.name] + sum(after.values())
    parts = f"rendering {costs[LIGHT.name]:.2f}, " + ", ".join(f"{name} {cost:.2f}" for name, cost in after.items())
    return "\n".join(
        [
            "## Renditions",
            "",
            "The example stories with their comments, one process, each as if it were the only rendition; the median",
            f"of {ROUNDS} rounds.",
            "",
            "| | ms each | a second |",
            "|---|--:|--:|",
            *lines,
            "",
            f"Full and light together: **{1000 / pair:,.0f} pairs/s**; the aim is 800 before compression.",
            f"A light page with everything: **{whole:.1f} ms** ({parts}); the aim is 15.",
        ]
    )
