"""LPIPS' heads are read without torch, are torch's own numbers, and nothing but tensors is built from the file."""

from __future__ import annotations

import importlib.util
import pickle
from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.evaluation import lpips_heads


def weights() -> Path:
    spec = importlib.util.find_spec("lpips")
    if spec is None or spec.origin is None:
        pytest.skip("needs the package lpips (pip install --no-deps lpips)")
    return Path(spec.origin).parent / "weights" / "v0.1"


@pytest.mark.parametrize("name", ["vgg", "alex", "squeeze"])
def test_the_numbers_are_torchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    path = weights() / f"{name}.pth"
    read, wanted = lpips_heads.read_heads(path), torch.load(path, map_location="cpu")
    assert set(read) == set(wanted)
    assert all(np.array_equal(read[key], wanted[key].numpy()) for key in wanted)


def test_heads_only_where_the_widths_are_vggs() -> None:
    weights()
    heads = lpips_heads.vgg_heads(["relu1_2", "relu2_2", "relu3_3", "relu4_3"], [64, 128, 256, 512])
    assert heads is not None and [len(heads[k]) for k in heads] == [64, 128, 256, 512]
    assert all((w >= 0).all() and w.max() > 0.1 for w in heads.values())
    assert lpips_heads.vgg_heads(["a", "b", "c", "d"], [16, 32, 64, 128]) is None
    assert lpips_heads.vgg_heads(["a"], ["n"]) is None


def test_without_the_package_there_are_no_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert lpips_heads.vgg_heads(["a", "b", "c", "d"], [64, 128, 256, 512]) is None


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("touched"),))


def test_a_hostile_file_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    header = [pickle.dumps(v, 2) for v in (0x1950A86A20F9469CFC6C, 1001, {})]
    for data in (pickle.dumps(Evil(), 2), b"".join([*header, pickle.dumps(Evil(), 2)]), b"", b"\x80\x02."):
        path = tmp_path / f"{len(data)}.pth"
        path.write_bytes(data)
        with pytest.raises(LooksmithError, match="weights cannot be read"):
            lpips_heads.read_heads(path)
    assert not Path("touched").exists()
