"""Everything that ``looksmith evaluate`` does, it does offline."""

from __future__ import annotations

import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for another computer fails the test."""

    def refused(*wanted: Any, **more: Any) -> None:
        pytest.fail(f"asked the network: {wanted[-1]!r}")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
