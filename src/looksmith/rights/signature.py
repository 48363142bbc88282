"""Who made a look: an Ed25519 key made on first use, and the signature over a look's content digest (RFC 8032)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import platformdirs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from looksmith.errors import LooksmithError, TamperedError

CONTEXT = b"looksmith look v1\n"
"""Signed in front of every digest, so that a signature means nothing anywhere else."""

PROJECT_KEYS: Mapping[str, str] = MappingProxyType(
    {"69fd0fe9cf5691dee2a665c927a990655453dae48b3ffbca5e12bfa47915d4dd": "looksmith project"}
)
"""Public keys (hex) of the project, with the name that they verify as; the built-in looks are signed by one of them."""

KEY_FILE = "signing-key.pem"

_parsed: dict[Path, tuple[tuple[int, int, int], Ed25519PrivateKey]] = {}
"""Keys that were read, by their file and its state: every output is signed, and parsing takes longer than signing."""


@dataclass(frozen=True)
class Signature:
    """An Ed25519 signature with the public key that it is checked against.

    Attributes:
        public_key: 32 bytes in hex.
        value: 64 bytes in hex.
    """

    public_key: str
    value: str

    @property
    def fingerprint(self) -> str:
        """A short name of the key for people, ``ab12-cd34-ef56-7890``."""
        return fingerprint(self.public_key)


def home() -> Path:
    """Looksmith's own folder: ``LOOKSMITH_HOME`` when it is set, else the platform's folder for user data."""
    chosen = os.environ.get("LOOKSMITH_HOME")
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_data_dir("looksmith", appauthor=False))


def fingerprint(public_key: str) -> str:
    """The first 64 bits of the SHA-256 of a public key (hex), in groups of four."""
    short = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]
    return "-".join(short[i : i + 4] for i in range(0, 16, 4))


def signing_key(path: Path | None = None) -> Ed25519PrivateKey:
    """The signing key of this user, made on first use (readable by the user alone).

    Args:
        path: where the key lives; default ``home()/signing-key.pem``.

    Raises:
        LooksmithError: the key cannot be read or made, or is not an Ed25519 key.
    """
    path = home() / KEY_FILE if path is None else path
    try:
        mark = path.stat()
        known = _parsed.get(path)
        if known is not None and known[0] == (mark.st_mtime_ns, mark.st_size, mark.st_ino):
            return known[1]
        pem = path.read_bytes()
    except FileNotFoundError:
        return _parse(_make(path), path)
    except OSError as error:
        raise LooksmithError("the signing key cannot be read", where=path, got=error.strerror) from error
    key = _parse(pem, path)
    _parsed[path] = ((mark.st_mtime_ns, mark.st_size, mark.st_ino), key)
    return key


@lru_cache(maxsize=64)
def public_key_of(key: Ed25519PrivateKey) -> str:
    """The public half of a key, 32 bytes in hex."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(digest: str, key: Ed25519PrivateKey, context: bytes = CONTEXT) -> Signature:
    """Sign a content digest (SHA-256 in hex); ``context`` says of what kind of thing it is."""
    return Signature(public_key_of(key), key.sign(context + bytes.fromhex(digest)).hex())


def verify(digest: str, signature: Signature, *, where: object = None, context: bytes = CONTEXT) -> None:
    """Check a signature over a content digest.

    Raises:
        TamperedError: the signature does not hold.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.public_key))
        key.verify(bytes.fromhex(signature.value), context + bytes.fromhex(digest))
    except (InvalidSignature, ValueError, UnsupportedAlgorithm) as error:
        raise TamperedError(
            "the signature does not hold",
            where=where,
            expected=f"a signature over {digest[:12]}… by key {_short(signature)}",
            hint="ask the creator for the file again",
        ) from error


def signer(signature: Signature) -> str:
    """Who signed, for people: the project, ``you``, or the fingerprint of the key."""
    known = PROJECT_KEYS.get(signature.public_key)
    if known is not None:
        return known
    path = home() / KEY_FILE
    try:
        mine = path.is_file() and public_key_of(_parse(path.read_bytes(), path)) == signature.public_key
    except (OSError, LooksmithError):
        mine = False
    return f"you ({signature.fingerprint})" if mine else signature.fingerprint


def _short(signature: Signature) -> str:
    try:
        return signature.fingerprint
    except ValueError:
        return "(not a key)"


def _parse(pem: bytes, path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _not_a_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _not_a_key(path)
    return key


def _not_a_key(path: Path) -> LooksmithError:
    return LooksmithError(
        "this is not a signing key",
        where=path,
        expected="an Ed25519 key in PEM without a password",
        hint="move the file away, and a new key is made on the next save",
    )


def _make(path: Path) -> bytes:
    """Write a new key beside its place and link it there, so that two first uses at once agree on one key."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    beside: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # 0600 from the first byte
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return path.read_bytes()
        except OSError:  # a file system without hard links
            Path(beside).replace(path)
        return pem
    except OSError as error:
        raise LooksmithError(
            "a signing key cannot be made",
            where=path,
            got=error.strerror,
            hint="set LOOKSMITH_HOME to a folder that you can write to",
        ) from error
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
