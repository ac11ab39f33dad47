"""`lightwire keys`: the keys that sign renditions."""

from pathlib import Path
from typing import Annotated

import typer

from services.commands.answers import AsJson, Code, Problem, end_with, out, print_json
from shared.errors import Unusable
from shared.keyring import CURRENT, delegate, load_signer, make_keys, public_keys, rotate

keys = typer.Typer(name="keys", no_args_is_help=True, help="Keys that sign renditions: make, rotate, list.")

Folder = Annotated[Path, typer.Argument(help="Where the keys are kept: LIGHTWIRE_SIGNING_KEYS.")]


@keys.command("make")
def make(folder: Folder, as_json: AsJson = False) -> None:
    """Make a pair of keys.

    `current.key` is to be kept secret, `<id>.pub` to be given away.

    Exit codes: 0 made; 2 there is a key already.

    Example: lightwire keys make keys
    """
    with end_with():
        try:
            key = make_keys(folder)
        except (Unusable, OSError) as error:
            raise Problem(str(error), Code.USAGE) from None
    if as_json:
        print_json({"key": key.id, "public": str(key).splitlines()[1]})
        return
    out.print(f"made {folder / 'current.key'} (secret) and {folder / key.id}.pub (for everybody)")


@keys.command("rotate")
def exchange(folder: Folder, as_json: AsJson = False) -> None:
    """Make a new current key; the one before stays valid.

    At the next exchange it goes to `retired` and is believed no more. Start delivery again afterwards, and publish
    the new public key.

    Exit codes: 0 exchanged; 2 there is no key that can be read.

    Example: lightwire keys rotate keys
    """
    with end_with():
        try:
            key = rotate(folder)
        except (Unusable, OSError) as error:
            raise Problem(str(error), Code.USAGE) from None
    if as_json:
        print_json({"key": key.id, "public": str(key).splitlines()[1]})
        return
    out.print(f"{key.id} signs from the next start on; the key before it stays valid until the next exchange")


@keys.command("edition")
def edition(
    folder: Folder,
    site: Annotated[Path, typer.Argument(help="Where the site keeps its own key: LIGHTWIRE_SITE_KEYS.")],
    as_json: AsJson = False,
) -> None:
    """Give a site a key of its own for bundles and the daily index, certified by the current one.

    Stories stay signed by the newsroom's key alone, which the site never sees. After an exchange say it again: the site
    keeps its key, the new one vouches for it. To exchange the site's key, remove its folder first.

    Exit codes: 0 certified; 2 there is no key that can be read.

    Example: lightwire keys edition keys edition
    """
    with end_with():
        try:
            key = delegate(folder, site)
        except (Unusable, OSError) as error:
            raise Problem(str(error), Code.USAGE) from None
    if as_json:
        print_json({"key": key.id, "public": str(key).splitlines()[1]})
        return
    out.print(f"{site} may go to the site: key {key.id}, certified, and the public keys readers are shown")


@keys.command("ready")
def ready(
    folder: Folder,
    site: Annotated[Path, typer.Argument(help="Where the site keeps its own key: LIGHTWIRE_SITE_KEYS.")],
    as_json: AsJson = False,
) -> None:
    """Make the keys of a newsroom and of its site where there are none yet.

    Safe to repeat, and so fit for the start of every deployment: what is there stays, the site's key is certified anew.

    Exit codes: 0 both are there; 2 one of them cannot be read or written.

    Example: lightwire keys ready keys edition
    """
    with end_with():
        try:
            if not (folder / CURRENT).exists():
                make_keys(folder)
            key = delegate(folder, site)
        except (Unusable, OSError) as error:
            raise Problem(str(error), Code.USAGE) from None
    if as_json:
        print_json({"key": load_signer(folder).key.id, "edition": key.id})
        return
    out.print(f"{folder} signs stories, {site} (key {key.id}) bundles and indexes")


@keys.command("list")
def show(folder: Folder, as_json: AsJson = False) -> None:
    """List the public keys that are valid now.

    Exit codes: 0 listed; 1 there is none; 2 a file is no key.

    Example: lightwire keys list keys
    """
    with end_with():
        try:
            found = public_keys(folder)
        except (Unusable, OSError) as error:
            raise Problem(str(error), Code.USAGE) from None
        if not found:
            raise Problem(f"{folder} has no public keys: lightwire keys make {folder}")
    if as_json:
        print_json([{"key": key.id, "public": str(key).splitlines()[1]} for key in found])
        return
    for key in found:
        out.print(f"{key.id}  {str(key).splitlines()[1]}")
