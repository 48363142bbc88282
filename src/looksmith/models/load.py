"""The shipped networks: their records, their bytes (checked), their sessions."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, TamperedError

THREADS = "LOOKSMITH_THREADS"
"""Environment variable: threads of a session; 0 or nothing for as many as cores."""


@dataclass(frozen=True)
class Record:
    """What the registry says of one shipped file.

    Attributes:
        name: registry name, such as "texture-painter".
        file: file name beside the registry.
        sha256: hex digest of the file.
        parameters: trained numbers in it.
        licence: licence of the weights.
        data: the sets it was trained on.
        research_data: True when any of them is for research only; see ``commercial_safe``.
        card: the model card, a path in the documentation.
        recipe: the training recipe that made it.
        weights_from: for a graph without weights, the network that writes them; else empty.
    """

    name: str
    file: str
    sha256: str
    parameters: int
    licence: str
    data: tuple[str, ...]
    research_data: bool
    card: str
    recipe: str
    weights_from: str = ""


@cache
def records() -> dict[str, Record]:
    """Every shipped file by name."""
    text = (files(__package__) / "registry.toml").read_text(encoding="utf-8")
    found = {}
    for name, entry in tomllib.loads(text).items():
        found[name] = Record(name=name, data=tuple(entry.pop("data")), **entry)
    return found


def record(name: str) -> Record:
    """One record.

    Raises:
        LooksmithError: no such network.
    """
    try:
        return records()[name]
    except KeyError:
        raise LooksmithError(
            "no such network", where=name, expected=f"one of {', '.join(sorted(records()))}", got=name
        ) from None


@cache
def model_bytes(name: str) -> bytes:
    """The file's bytes, checked against the registry.

    Raises:
        TamperedError: the digest does not hold.
    """
    entry = record(name)
    data = (files(__package__) / entry.file).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry.sha256:
        raise TamperedError(
            "the network's file is not the one that was shipped",
            where=entry.file,
            expected=f"sha256 {entry.sha256[:16]}…",
            got=f"{digest[:16]}…",
            hint="pip install --force-reinstall looksmith",
        )
    return data


def providers() -> list[str]:
    """Execution providers to use: LOOKSMITH_PROVIDER when set, else the CPU.

    The CPU is the default even where a GPU is at hand, so that the same inputs give the same bytes.
    """
    wanted = os.environ.get("LOOKSMITH_PROVIDER")
    if not wanted:
        return ["CPUExecutionProvider"]
    available = ort.get_available_providers()
    match = [p for p in available if p.lower().startswith(wanted.lower())]
    if not match:
        raise LooksmithError(
            "the execution provider is not available",
            where="LOOKSMITH_PROVIDER",
            expected=", ".join(available),
            got=wanted,
            hint="unset LOOKSMITH_PROVIDER",
        )
    return list(dict.fromkeys([match[0], "CPUExecutionProvider"]))


@cache
def _share_memory() -> bool:
    """One arena for the activations of all sessions, since they run in turns; True once it stands."""
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(memory, None)
    return True


def session_of(
    data: bytes, weights: Mapping[str, NDArray[np.float32]] | None = None, *, spins: bool = False
) -> ort.InferenceSession:
    """A session over ONNX bytes, quiet, on the chosen provider.

    Its threads sleep between calls: spinning ones would take the cores from the session that runs next.  There are as
    many as cores, or as the environment says in ``THREADS``: one of several processes needs one alone.

    Args:
        weights: what the graph expects from outside, by name.
        spins: whether they spin between the parts of one call: a long one on free cores is done sooner, by a seventh.
    """
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spins)))
    options.add_session_config_entry("session.force_spinning_stop", "1")
    if os.environ.get(THREADS, "").isdecimal():
        options.intra_op_num_threads = int(os.environ[THREADS])
    if _share_memory():
        options.add_session_config_entry("session.use_env_allocators", "1")
    if weights:
        values = [ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(w)) for w in weights.values()]
        options.add_external_initializers(list(weights), values)
    return ort.InferenceSession(data, options, providers=providers())


@cache
def session(name: str) -> ort.InferenceSession:
    """The session of a shipped network; made once.

    Raises:
        LooksmithError: no such network, or it is a graph whose weights another writes: see :func:`session_of`.
    """
    if record(name).weights_from:
        raise LooksmithError("the network has no weights of its own", where=name, expected=record(name).weights_from)
    return session_of(model_bytes(name))
