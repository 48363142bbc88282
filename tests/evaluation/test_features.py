"""Features: the shipped network's, a person's own, what they are called, and what is refused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut

from looksmith.errors import LooksmithError
from looksmith.evaluation.features import SIDE, at_most, own, pooled, shipped
from looksmith.models.load import model_bytes, record, session

PHOTO = np.ascontiguousarray(astronaut()[:200, 100:300])


def test_the_shipped_network_by_its_own_session() -> None:
    found = shipped()(PHOTO)
    batch = PHOTO.transpose(2, 0, 1)[None].astype(np.float32) / 255
    wanted = session("perceptual").run(None, {session("perceptual").get_inputs()[0].name: batch})
    assert all(np.allclose(a, b[0], atol=1e-5) for a, b in zip(found.values(), wanted, strict=True))
    assert record("perceptual").sha256[:8] in shipped().distance_name
    assert shipped()(PHOTO) is found, "kept, not computed twice"


def test_no_number_is_called_lpips_without_its_heads() -> None:
    name = shipped().distance_name
    assert name.startswith("unit-feature-distance[looksmith-perceptual-") == (shipped().heads is None)


def test_large_pictures_are_shrunk_and_small_ones_are_not() -> None:
    large = np.zeros((SIDE, 3 * SIDE, 3), np.uint8)
    assert at_most(large, SIDE).shape == (round(SIDE / 3), SIDE, 3)
    assert at_most(PHOTO, SIDE) is PHOTO
    with pytest.raises(ValueError, match="uint8"):
        shipped()(PHOTO.astype(np.float32))


def test_pooled_by_hand() -> None:
    features = {"a": np.array([[[3.0, 0.0]], [[4.0, 2.0]]], np.float32), "b": np.full((1, 1, 1), 7, np.float32)}
    assert np.allclose(pooled(features), [0.3, 0.9, 1.0])


def test_ones_own_network(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes(model_bytes("perceptual"))
    network = own(path)
    assert network.name == f"mine-{record('perceptual').sha256[:8]}"
    assert all(np.array_equal(a, b) for a, b in zip(network(PHOTO).values(), shipped()(PHOTO).values(), strict=True))


def test_another_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "note.onnx").write_text("hello")
    with pytest.raises(LooksmithError, match="cannot be read"):
        own(tmp_path / "note.onnx")
    with pytest.raises(LooksmithError, match="no such file"):
        own(tmp_path / "nobody.onnx")
    (tmp_path / "encoder.onnx").write_bytes(model_bytes("texture-encoder"))
    with pytest.raises(LooksmithError, match="does not give feature maps"):
        own(tmp_path / "encoder.onnx")


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "lpips", "onnx")),
    reason="needs the train extra and lpips",
)
def test_lpips_on_a_vgg_against_torch(tmp_path: Path) -> None:
    """A VGG-16 of random weights as a person's own network: LPIPS with the package's own heads, computed by torch."""
    import torch
    from torch import nn

    from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance

    torch.manual_seed(0)

    class Vgg(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in
                                        ((3, 64), (64, 128), (128, 256), (256, 512)))  # fmt: skip

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
            out = []
            for block in self.blocks:
                x = torch.relu(block(x))
                out.append(x)
                x = nn.functional.max_pool2d(x, 2)
            return tuple(out)

    net = Vgg().eval()
    names = ["relu1_2", "relu2_2", "relu3_3", "relu4_3"]
    path = tmp_path / "vgg.onnx"
    axes = {0: "n", 2: "h", 3: "w"}
    torch.onnx.export(net, (torch.zeros(1, 3, 64, 64),), path, input_names=["picture"], output_names=names,
                      dynamic_axes={"picture": axes}, dynamo=False)  # fmt: skip
    network = own(path)
    assert network.heads is not None and network.distance_name.startswith("lpips-v0.1-vgg-heads[vgg-")
    other = np.ascontiguousarray(PHOTO[::-1])
    spec = importlib.util.find_spec("lpips")
    assert spec is not None and spec.origin is not None
    heads = torch.load(Path(spec.origin).parent / "weights" / "v0.1" / "vgg.pth", map_location="cpu")
    with torch.no_grad():
        x, y = (net(torch.from_numpy(p.transpose(2, 0, 1).copy())[None].float() / 255) for p in (PHOTO, other))
        wanted = 0.0
        for k, (a, b) in enumerate(zip(x, y, strict=True)):
            a, b = (f / (f.square().sum(1, keepdim=True).sqrt() + 1e-10) for f in (a, b))
            wanted += float(nn.functional.conv2d((a - b) ** 2, heads[f"lin{k}.model.1.weight"]).mean())
    assert perceptual_distance(network(PHOTO), network(other), network.heads) == pytest.approx(wanted, rel=1e-3)
