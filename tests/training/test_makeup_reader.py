"""The network that reads layers: what it looks at, that it learns, and that its export says the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from skimage import data

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.faces.analyse import analyse_pixels  # noqa: E402
from looksmith.training import makeup_reader  # noqa: E402
from looksmith.training.data.laid_makeup import laid_on  # noqa: E402
from looksmith.training.data.laid_textures import LaidTextures, laid_textures, textures  # noqa: E402
from looksmith.training.makeup_reader import Weights, export_reader, judged, loss_of, together, train  # noqa: E402
from looksmith.training.networks.makeup_reader import MakeupReader, zones  # noqa: E402

Faces = list[tuple[np.ndarray, object]]


@pytest.fixture(scope="module")
def faces() -> Faces:
    rgb = np.ascontiguousarray(data.astronaut()[:260, 100:360])
    return [(rgb, analyse_pixels(rgb)[0])]


@pytest.fixture(scope="module")
def laid(faces: Faces) -> LaidTextures:
    return laid_textures(np.random.default_rng(3), textures(faces), np.zeros(8, np.intp))


def told(network: MakeupReader, laid: LaidTextures) -> tuple[torch.Tensor, ...]:
    return network(laid.rgb, laid.lab, laid.visible, laid.skin, laid.light)


def test_zones_lie_on_the_face_and_are_not_empty() -> None:
    assert all(zone.shape == (128, 128) and zone.sum() >= 12 for zone in zones().values())
    assert not (zones()["lips"] & zones()["lid"]).any()


def test_what_it_says_has_its_shapes_and_ranges(laid: LaidTextures) -> None:
    opacity, below, shade, strange = told(MakeupReader().eval(), laid)
    assert opacity.shape == (8, 6) and below.shape == (8, 5, 3) and shade.shape == (8, 6, 3) and strange.shape == (8,)
    assert (opacity >= 0).all() and (opacity <= 1).all() and (strange >= 0).all()


def test_both_lids_count_alike(laid: LaidTextures) -> None:
    """Mirrored faces say the same of what is on both sides."""
    network = MakeupReader().eval()
    mirrored = LaidTextures(
        laid.rgb.flip(3), laid.lab.flip(3), laid.visible.flip(2), laid.skin, laid.light, laid.opacity, laid.below,
        laid.shade,
    )  # fmt: skip
    lids = [network.of_lids[0].weight for _ in range(2)]
    assert lids[0] is lids[1]
    with torch.no_grad():
        network.last[0].weight[:, network.scale.num_features + 2 * 48 * 7 :] = 0
        network.last[0].weight[:, : network.scale.num_features] = 0
        assert torch.allclose(told(network, laid)[0], told(network, mirrored)[0], atol=1e-4)


def test_it_learns_and_an_interrupted_run_goes_on(
    faces: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(makeup_reader, "BATCH", 16)
    groups, kept = [textures(faces)], tmp_path / "reader.pt"
    shown = together([laid_textures(np.random.default_rng(k), groups[0], np.zeros(8, np.intp)) for k in range(3)])
    torch.manual_seed(1)  # what the run begins with
    with torch.no_grad():
        start = float(loss_of(told(MakeupReader().eval(), shown), shown, Weights()))
    train(groups, 20, kept=kept)
    assert int(torch.load(kept, weights_only=True)["step"]) == 20
    after = train(groups, 60, kept=kept)
    with torch.no_grad():
        assert float(loss_of(told(after, shown), shown, Weights())) < 0.8 * start


def test_the_export_says_the_same(faces: Faces, laid: LaidTextures, tmp_path: Path) -> None:
    network = MakeupReader().eval()
    run = ort.InferenceSession(str(export_reader(network, tmp_path / "makeup-reader.onnx")))
    given = {name: getattr(laid, name).numpy() for name in ("rgb", "lab", "visible", "skin", "light")}
    with torch.no_grad():
        wanted = told(network, laid)
    for got, aim, most in zip(run.run(None, given), wanted, (0.01, 0.3, 0.3, 0.02), strict=True):
        np.testing.assert_allclose(got, aim.numpy(), atol=most)
    found = judged(network, laid_on(faces, 3, 1))
    assert set(found) == {"foundation", "blush", "eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "lipstick"}
    assert all(0 <= opacity <= 1 for _, opacity in found.values())
