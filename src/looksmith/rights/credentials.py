"""Content Credentials (C2PA): a signed manifest inside the file, through c2pa-python (extra ``provenance``).

The manifest is signed with the user's certificate.  Without one, a development certificate is made: such a manifest
shows that the file was not changed since, and not by whom it was made; every reader calls it untrusted, and so do we.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.atomic import write_bytes
from looksmith.rights.provenance import Recipe, recipe_digest
from looksmith.rights.signature import home
from looksmith.version import __version__

MIME = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
    "TIFF": "image/tiff",
}
CHAIN, KEY = "c2pa-development-chain.pem", "c2pa-development-key.pem"
DEVELOPMENT = "Looksmith development certificate (untrusted)"
YEARS = 2


@dataclass(frozen=True)
class Credential:
    """What manifests are signed with.

    Attributes:
        chain: certificates in PEM, the signer's own first.
        key: private key in PEM, without a password.
        development: whether it was made here and says nothing about who signed.
    """

    chain: str
    key: str
    development: bool


@dataclass(frozen=True)
class Claimed:
    """A C2PA manifest that was read.

    Attributes:
        valid: the file is as it was signed.
        trusted: the certificate leads to one that the reader trusts.
        development: it was signed with a development certificate of ours.
        issuer: who signed, as the certificate says.
        generator: the program that made the claim.
        source_types: digital source types of its actions.
        problems: codes of what does not hold.
    """

    valid: bool
    trusted: bool
    development: bool
    issuer: str
    generator: str
    source_types: tuple[str, ...]
    problems: tuple[str, ...]


def installed() -> bool:
    """Whether c2pa-python is."""
    from importlib.util import find_spec

    return find_spec("c2pa") is not None


def credential(chain: str | Path | None = None, key: str | Path | None = None) -> Credential:
    """The user's certificate chain and key, or the development one, made on first use.

    Raises:
        LooksmithError: one is given without the other, they cannot be read, or do not belong together.
    """
    if (chain is None) != (key is None):
        raise LooksmithError("a certificate and its key go together", expected="--c2pa-cert and --c2pa-key")
    if chain is None or key is None:
        return _development()
    try:
        texts = Path(chain).read_text("ascii"), Path(key).read_text("ascii")
        certificate = x509.load_pem_x509_certificates(texts[0].encode())[0]
        private = load_pem_private_key(texts[1].encode(), password=None)
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise LooksmithError("the certificate or its key cannot be read", where=chain, expected="PEM, no password",
                             got=str(error)[:120]) from error  # fmt: skip
    if certificate.public_key() != private.public_key():
        raise LooksmithError("the certificate is not that of the key", where=chain, got=str(key))
    _algorithm(private)
    return Credential(*texts, development=False)


def with_manifest(data: bytes, format: str, recipe: Recipe | None, label_uri: str, signer: Credential) -> bytes:
    """A picture file with a signed manifest that says what was done to it.

    Args:
        data: the whole file, as it was encoded.
        format: as ``Photo.format`` has it.
        recipe: how the picture was made, if that is known.
        label_uri: the IPTC digital source type.
        signer: see :func:`credential`.

    Raises:
        LooksmithError: the extra is missing, the format has no room for a manifest, or signing failed.
    """
    if format not in MIME:
        raise LooksmithError("this format cannot hold Content Credentials", expected=", ".join(MIME), got=format)
    agent = {"name": "Looksmith", "version": __version__}
    action: dict[str, Any] = {"action": "c2pa.edited", "softwareAgent": agent, "digitalSourceType": label_uri}
    if recipe is not None:
        action["parameters"] = {
            "look": recipe.look.name, "look_digest": recipe.look.digest, "facets": sorted(recipe.settings.facets),
            "recipe_digest": recipe_digest(recipe),
        }  # fmt: skip
    created = {"action": "c2pa.created", "softwareAgent": agent, "digitalSourceType": label_uri}
    manifest = {
        "claim_generator_info": [agent],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created, action]}}],
    }
    with _library() as c2pa:
        private = load_pem_private_key(signer.key.encode(), password=None)
        about = c2pa.C2paSignerInfo(_algorithm(private), signer.chain.encode(), signer.key.encode(), None)
        out = io.BytesIO()
        plain = c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})  # it would outweigh the picture
        with (
            c2pa.Context(plain) as context,
            c2pa.Signer.from_info(about) as tool,
            c2pa.Builder.from_json(json.dumps(manifest), context) as builder,
        ):
            builder.sign(tool, MIME[format], io.BytesIO(data), out)
        return out.getvalue()


def read_manifest(data: bytes, format: str) -> Claimed | None:
    """The manifest in a picture file, read by c2pa's own reader; None when there is none.

    Raises:
        LooksmithError: the extra is missing.
        UnreadableError: there is a manifest that cannot be read.
    """
    if format not in MIME:
        return None
    try:
        with _library() as c2pa, c2pa.Reader(MIME[format], io.BytesIO(data)) as reader:
            report = json.loads(reader.json())
    except UnreadableError as error:
        if "ManifestNotFound" in (error.got or ""):
            return None
        raise
    active = report.get("manifests", {}).get(report.get("active_manifest"), {})
    results = report.get("validation_results", {}).get("activeManifest", {})
    problems = {entry.get("code", "") for entry in results.get("failure", [])}
    problems |= {entry.get("code", "") for entry in report.get("validation_status", [])}
    signature = active.get("signature_info", {})
    issuer = " ".join(str(signature.get(part, "")) for part in ("common_name", "issuer")).strip()
    generators = [entry.get("name", "") for entry in active.get("claim_generator_info", [])]
    actions = [
        action
        for assertion in active.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]
    kinds = {str(action["digitalSourceType"]).rpartition("/")[2] for action in actions if "digitalSourceType" in action}
    broken = problems - {"signingCredential.untrusted"}
    return Claimed(
        valid=not broken,
        trusted=not problems,
        development=DEVELOPMENT in issuer,
        issuer=issuer,
        generator=", ".join(generators),
        source_types=tuple(sorted(kinds)),
        problems=tuple(sorted(problems)),
    )


@contextmanager
def _library() -> Iterator[Any]:
    """c2pa-python, its errors turned into ours."""
    try:
        import c2pa
    except ImportError as error:
        raise LooksmithError(
            "Content Credentials need the provenance extra", hint="pip install 'looksmith[provenance]'"
        ) from error
    try:
        yield c2pa
    except c2pa.C2paError as error:
        raise UnreadableError("Content Credentials failed", got=str(error)[:200]) from error


def _algorithm(key: Any) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return b"ed25519"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in ("secp256r1", "secp384r1", "secp521r1"):
        return {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey):
        return b"ps256"
    raise LooksmithError("this kind of key cannot sign Content Credentials", expected="P-256, Ed25519 or RSA")


def _development() -> Credential:
    chain, key = home() / CHAIN, home() / KEY
    try:
        certificate = x509.load_pem_x509_certificates(chain.read_bytes())[0]
        if certificate.not_valid_after_utc > datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1):
            return Credential(chain.read_text("ascii"), key.read_text("ascii"), development=True)
    except (OSError, ValueError, IndexError):
        pass
    made = _make_development()
    try:
        chain.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_bytes(key, made.key.encode())
        key.chmod(0o600)
        write_bytes(chain, made.chain.encode())
    except (OSError, LooksmithError):
        return made  # a home that cannot be written: it serves this once
    return made


def _make_development() -> Credential:
    """A root and, signed by it, a certificate of the form that C2PA asks for (C2PA 2.1, section 14.5)."""
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=5)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT),
                   x509.NameAttribute(NameOID.COMMON_NAME, text)])
        for text in ("Development root", "Development signer")
    ]  # fmt: skip

    def certificate(number: int) -> x509.Certificate:
        public = keys[number].public_key()
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
             "decipher_only"), False
        )  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[number])
            .issuer_name(names[0])
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(digital_signature=number == 1, key_cert_sign=number == 0, crl_sign=number == 0, **usage),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False)
        )
        if number == 1:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=True)
        return builder.sign(keys[0], hashes.SHA256())

    chain = "".join(certificate(number).public_bytes(Encoding.PEM).decode() for number in (1, 0))
    pem = keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Credential(chain, pem, development=True)
