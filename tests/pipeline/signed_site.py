"""A newsroom that signs, and the folders of keys its site and its readers have."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from services.cli import cli
from shared.events import RenditionPublished, RenditionWithdrawn
from shared.keyring import delegate, load_signer, make_keys
from shared.signatures import Signer, Trusted
from tests.pipeline.site_house import published, withdrawn


@dataclass
class Signing:
    """``keys`` is the newsroom's folder, ``edition`` the site's, ``trusted`` the one file a reader has."""

    keys: Path
    edition: Path
    trusted: Path
    signer: Signer

    def shown(self, article_id: str, sequence: int, content: str = "<p>text</p>", **more: Any) -> RenditionPublished:
        """A rendition as delivery signs it."""
        fact = published(article_id, sequence, content, **more)
        return fact.model_copy(update={"signature": self._of(fact)})

    def gone(self, article_id: str, sequence: int, notice: str = "<p>gone</p>", **more: Any) -> RenditionWithdrawn:
        """Its withdrawal."""
        fact = withdrawn(article_id, sequence, notice, **more)
        return fact.model_copy(update={"signature": self._of(fact)})

    def story(self, article_id: str, sequence: int, text: str = "text", **more: Any) -> list[RenditionPublished]:
        """Its full page and its light one."""
        light = {"rendition": "light", "path": f"/{more.get('language', 'en')}/light/{article_id}.html"}
        return [
            self.shown(article_id, sequence, f"<p>full {text}</p>", **more),
            self.shown(article_id, sequence, f"<p>light {text}</p>", **more | light),
        ]

    def withdrawn(self, article_id: str, sequence: int) -> list[RenditionWithdrawn]:
        """Both gone, each at its own address."""
        return [
            self.gone(article_id, sequence, path=f"/en/{article_id}.html"),
            self.gone(article_id, sequence, rendition="light", path=f"/en/light/{article_id}.html"),
        ]

    def verify(self, *args: str | Path) -> Result:
        """What a reader hears who has one key."""
        return CliRunner().invoke(cli, ["verify", *map(str, args), "--key", str(self.trusted)])

    def _of(self, fact: RenditionPublished | RenditionWithdrawn) -> str:
        content = (fact.content or "").encode()
        trusted = Trusted(fact.article_id, fact.revision, fact.sequence, fact.rendition, fact.sha256)
        return self.signer.sidecar(content, trusted.comment())


def signing(folder: Path) -> Signing:
    """Keys of its own."""
    key = make_keys(folder / "keys")
    delegate(folder / "keys", folder / "edition")
    trusted = folder / "newsroom.pub"
    trusted.write_text(str(key), "ascii")
    return Signing(folder / "keys", folder / "edition", trusted, load_signer(folder / "keys"))
