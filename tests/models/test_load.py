"""The registry: every shipped file is recorded, checked, within its budget and loads."""

import hashlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError, TamperedError
from looksmith.models import load

FOLDER = Path(str(files("looksmith.models")))


def test_every_onnx_file_is_recorded_and_every_record_has_its_file() -> None:
    recorded = {entry.file for entry in load.records().values()}
    assert recorded == {p.name for p in FOLDER.glob("*.onnx")}


@pytest.mark.parametrize("name", sorted(load.records()))
def test_record_holds_and_the_network_loads(name: str) -> None:
    entry = load.record(name)
    assert entry.parameters > 0 and entry.licence and entry.data
    assert (Path(__file__).parents[2] / entry.card).exists()
    assert hashlib.sha256(load.model_bytes(name)).hexdigest() == entry.sha256
    if entry.weights_from:
        assert load.record(entry.weights_from).recipe == entry.recipe
        with pytest.raises(LooksmithError, match=entry.weights_from):
            load.session(name)
    else:
        assert load.session(name) is load.session(name)


def test_weights_keep_their_budgets() -> None:
    sizes = {p.stem: p.stat().st_size for p in FOLDER.iterdir() if p.suffix in {".onnx", ".json", ".npz"}}
    assert sum(size for name, size in sizes.items() if name.startswith("texture")) <= 4.5e6
    assert sizes["perceptual"] <= 3e6
    faces = sum(size for name, size in sizes.items() if name.startswith("faces"))
    assert faces <= 8e6 and sum(sizes.values()) - faces <= 8e6


def test_a_changed_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "perceptual.onnx").write_bytes(b"something else")
    monkeypatch.setattr(load, "files", lambda _package: tmp_path)
    load.model_bytes.cache_clear()
    try:
        with pytest.raises(TamperedError, match="not the one that was shipped"):
            load.model_bytes("perceptual")
    finally:
        load.model_bytes.cache_clear()


def test_unknown_names_are_told() -> None:
    with pytest.raises(LooksmithError, match="texture-painter"):
        load.record("textur")


def test_providers_default_to_the_processor_and_refuse_what_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKSMITH_PROVIDER", raising=False)
    assert load.providers() == ["CPUExecutionProvider"]
    monkeypatch.setenv("LOOKSMITH_PROVIDER", "cpu")
    assert load.providers() == ["CPUExecutionProvider"]
    monkeypatch.setenv("LOOKSMITH_PROVIDER", "abacus")
    with pytest.raises(LooksmithError, match="abacus"):
        load.providers()


def test_the_environment_says_how_many_threads_a_session_has(monkeypatch: pytest.MonkeyPatch) -> None:
    data = load.model_bytes("faces-detector")
    for said, threads in (("1", 1), ("", 0), ("many", 0)):
        monkeypatch.setenv(load.THREADS, said)
        assert load.session_of(data).get_session_options().intra_op_num_threads == threads


@pytest.mark.parametrize("spins", [False, True])
def test_threads_spin_within_a_call_where_asked_and_never_after_it(spins: bool) -> None:
    options = load.session_of(load.model_bytes("faces-detector"), spins=spins).get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == str(int(spins))
    assert options.get_session_config_entry("session.force_spinning_stop") == "1"


def test_perceptual_sees_a_picture() -> None:
    session = load.session("perceptual")
    outputs = session.run(None, {"picture": np.random.default_rng(0).random((1, 3, 64, 96), np.float32)})
    assert [o.shape for o in outputs] == [(1, 16, 64, 96), (1, 32, 32, 48), (1, 64, 16, 24), (1, 128, 8, 12)]
