"""A server for one test: it answers what is listed, slowly or without an end, and keeps what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"
AT_MOST = 30.0
"""Seconds after which even an answer that never ends does."""


@dataclass(frozen=True)
class Answer:
    """``late``: seconds before its first byte. ``torn``: bytes after which it rests for ``rests`` seconds."""

    content: bytes
    kind: str = HTML
    late: float = 0.0
    torn: int | None = None
    rests: float = AT_MOST


@dataclass
class Wire:
    """Paths, still encoded, and what they answer; a path that is not listed is 404."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def page(self, path: str, html: str, **more: float | int) -> str:
        """Its address."""
        self.answers[path] = Answer(html.encode(), **more)  # type: ignore[arg-type]
        return self.address + path


@contextmanager
def wired() -> Iterator[Wire]:
    """The server, until the block ends; what rests is let go then."""
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wire.asked.append(self.path)
            answer = wire.answers.get(self.path)
            wire.over.wait(answer.late if answer else 0)
            self.send_response(200 if answer else 404)
            answer = answer or Answer(b"nothing here", "text/plain")
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            # Who has left does not wait for the rest.
            with suppress(ConnectionError):
                self.wfile.write(answer.content[: answer.torn])
                if answer.torn is not None:
                    self.wfile.flush()
                    wire.over.wait(answer.rests)
                    self.wfile.write(answer.content[answer.torn :])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield wire
    finally:
        wire.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
