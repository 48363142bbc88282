"""The key is made once, for its owner alone, and a signature holds for one digest and one key only."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from looksmith.errors import LooksmithError, TamperedError
from looksmith.rights import signature as module
from looksmith.rights.signature import KEY_FILE, Signature, public_key_of, sign, signer, signing_key, verify

DIGEST = "ab" * 32


def test_key_is_made_once_for_its_owner_alone(home: Path) -> None:
    first = public_key_of(signing_key())
    assert public_key_of(signing_key()) == first
    assert [path.name for path in home.iterdir()] == [KEY_FILE]
    if os.name == "posix":
        assert (home / KEY_FILE).stat().st_mode & 0o777 == 0o600


def _public(folder: str) -> str:
    return public_key_of(signing_key(Path(folder) / KEY_FILE))


def test_first_uses_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(_public, [str(tmp_path / "new")] * 8)
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == [KEY_FILE]


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_broken_key_file_is_named_and_kept(home: Path, content: bytes) -> None:
    (home / KEY_FILE).write_bytes(content)
    with pytest.raises(LooksmithError, match=KEY_FILE):
        signing_key()
    assert (home / KEY_FILE).read_bytes() == content


def test_key_of_another_kind_is_refused(home: Path) -> None:
    pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (home / KEY_FILE).write_bytes(pem)
    with pytest.raises(LooksmithError, match="Ed25519"):
        signing_key()


def test_home_that_cannot_be_written_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOOKSMITH_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(LooksmithError, match=r"LOOKSMITH_HOME|cannot be read"):
        signing_key()


def test_signature_holds_for_its_digest_and_key_only() -> None:
    mine, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    made = sign(DIGEST, mine)
    verify(DIGEST, made)
    for digest, signature in (
        ("cd" * 32, made),
        (DIGEST, Signature(public_key_of(other), made.value)),
        (DIGEST, Signature(made.public_key, made.value[:-1] + ("0" if made.value[-1] != "0" else "1"))),
        (DIGEST, Signature(made.public_key, "")),
        (DIGEST, Signature("00" * 31, made.value)),
        (DIGEST, Signature("zz", made.value)),
    ):
        with pytest.raises(TamperedError):
            verify(digest, signature)


def test_signature_says_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = sign(DIGEST, Ed25519PrivateKey.generate())
    assert signer(stranger) == stranger.fingerprint
    assert signer(sign(DIGEST, signing_key())).startswith("you (")
    monkeypatch.setattr(module, "PROJECT_KEYS", {stranger.public_key: "looksmith project"})
    assert signer(stranger) == "looksmith project"


def test_a_bare_signature_of_the_digest_does_not_pass() -> None:
    key = Ed25519PrivateKey.generate()
    with pytest.raises(TamperedError):
        verify(DIGEST, Signature(public_key_of(key), key.sign(bytes.fromhex(DIGEST)).hex()))
