"""The rating page behind the server of the standard library, on this computer alone unless told otherwise."""

from __future__ import annotations

import errno
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from looksmith.errors import LooksmithError
from looksmith.evaluation.rating.desk import LARGEST, Desk, Reply, Request

PORT = 8420
SLOWEST = 30
"""Seconds that a browser may take to say what it wants."""


class Server(ThreadingHTTPServer):
    """Serves one desk until it is shut down.

    Args:
        desk: what answers.
        host: the address to listen at; ``127.0.0.1`` is heard by this computer alone.
        port: 0 for any that is free.

    Raises:
        LooksmithError: the port is taken, or there is no such address here.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, desk: Desk, host: str = "127.0.0.1", port: int = PORT) -> None:
        self.desk = desk
        if ":" in host:
            self.address_family = socket.AF_INET6
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise LooksmithError(
                "the port is taken" if taken else "cannot listen at this address",
                where=f"{host}:{port}",
                got=error.strerror,
                hint=f"--port {port + 1}, or --port 0 for any that is free" if taken else "--host 127.0.0.1",
            ) from error

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away in the middle is nothing to tell of."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = SLOWEST

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(Reply(413, b'{"error": "too much at once"}'))
            return
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )
        self._send(self.server.desk.handle(request))

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _answer  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def version_string(self) -> str:
        return "looksmith"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the person."""


def addresses() -> list[str]:
    """Addresses by which other devices in the same network reach this computer."""
    found = []
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation; nothing is sent
            found.append(str(probe.getsockname()[0]))
    except OSError:
        pass
    return [address for address in found if not address.startswith("127.")]
