"""Small C libraries preloaded into a server, compiled where there is a C compiler."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def compile_shim(name: str, into: Path) -> Path | None:
    """The compiled shim ``name`` in the directory ``into``; ``None`` where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = into / f"{name}.so"
    source, target = str(HERE / f"{name}.c"), str(library)
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", target, source, "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    return library
