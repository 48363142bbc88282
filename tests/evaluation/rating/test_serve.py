"""The desk behind a real socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from looksmith.errors import LooksmithError
from looksmith.evaluation.rating.desk import Desk
from looksmith.evaluation.rating.serve import Server
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Study


@pytest.fixture
def server(study: Study, tmp_path: Path) -> Iterator[Server]:
    with Server(Desk(study, Store(tmp_path / "a.votes", study)), port=0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_page_headers_and_name(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/")
    reply = connection.getresponse()
    page = reply.read().decode()
    assert reply.status == 200 and "Looksmith" in page
    assert reply.headers["Server"] == "looksmith", "no version of Python for strangers"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    connection.request("HEAD", "/page.js")
    assert connection.getresponse().read() == b""


def test_answers_go_through(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    body, kind = json.dumps({"name": "美"}), {"Content-Type": "application/json"}
    connection.request("POST", "/api/join", body, kind)
    assert json.loads(connection.getresponse().read())["name"] == "美"
    connection.request("GET", "/page.css?x=%zz&y")
    assert connection.getresponse().read().startswith(b"/*")


@pytest.mark.parametrize("header", ["Content-Length: 99999999", "Content-Length: -1", "Transfer-Encoding: chunked"])
def test_bodies_without_measure_are_refused(server: Server, header: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(f"POST /api/join HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n\r\n".encode())
        assert b" 413 " in raw.recv(200)


def test_only_this_computer_hears_it(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_taken_port_is_told(server: Server) -> None:
    with pytest.raises(LooksmithError, match=r"port is taken.*--port"):
        Server(server.desk, port=server.port)
    with pytest.raises(LooksmithError, match="cannot listen"):
        Server(server.desk, host="192.0.2.77", port=0)
