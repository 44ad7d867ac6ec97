"""A web server on loopback whose answers a test decides, one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What the server says: a status, headers and a body, or ``raw`` for a server that breaks the rules."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class Asked:
    """A request as the server saw it."""

    path: str
    headers: dict[str, str]


class Server:
    """Answers each path with what :attr:`pages` holds for it: a reply, or what gives one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, Reply | Callable[[Asked], Reply]] = {}
        self.asked: list[Asked] = []

    def paths(self) -> list[str]:
        """The paths asked for, in order, without those that only ask for permission."""
        return [each.path for each in self.asked if each.path not in ("/robots.txt", "/.well-known/tdmrep.json")]


@contextmanager
def serving() -> Iterator[Server]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
            server.asked.append(asked)
            page = server.pages.get(self.path, Reply(status=404))
            reply = page(asked) if callable(page) else page
            self.close_connection = True
            with suppress(OSError):
                if reply.raw is not None:
                    reply.raw(self)
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in reply.headers and "Transfer-Encoding" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
