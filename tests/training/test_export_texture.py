"""What is exported computes what was trained."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
import onnxruntime as ort  # noqa: E402

from looksmith.training.export import export_perceptual, record_toml  # noqa: E402
from looksmith.training.export_texture import export_texture, site_order  # noqa: E402
from looksmith.training.networks.perceptual import Perceptual  # noqa: E402
from looksmith.training.networks.texture import STYLE_SIZE, Painter, StyleEncoder, white_noise  # noqa: E402


@pytest.fixture(scope="module")
def trained() -> tuple[StyleEncoder, Painter]:
    torch.manual_seed(3)
    encoder, painter = StyleEncoder().eval(), Painter(fine=16, middle=16, coarse=32, blocks=(1, 1, 1)).eval()
    for site in painter.sites.values():
        torch.nn.init.normal_(site.linear.bias, std=0.2)
    return encoder, painter


@pytest.fixture(scope="module")
def exported(trained: tuple[StyleEncoder, Painter], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export")
    export_texture(*trained, out)
    return out


def test_encoder_parity(trained: tuple[StyleEncoder, Painter], exported: Path) -> None:
    picture = torch.rand(2, 3, 256, 256)
    got = ort.InferenceSession(exported / "texture-encoder.onnx").run(None, {"picture": picture.numpy()})[0]
    wanted = trained[0](picture).detach().numpy()
    assert np.abs(got - wanted).max() < 5e-3 * np.abs(wanted).max()


def test_statistics_parity_and_order(trained: tuple[StyleEncoder, Painter], exported: Path) -> None:
    painter = trained[1]
    thumbnail, style = torch.rand(1, 3, 40, 64), torch.randn(1, STYLE_SIZE)
    session = ort.InferenceSession(exported / "texture-statistics.onnx")
    noise = white_noise(1, 40, 64)
    inputs = {"thumbnail": thumbnail, "style": style, "noise1": noise[0], "noise2": noise[1]}
    got = session.run(None, {name: value.numpy() for name, value in inputs.items()})[0]
    affines = painter.statistics(thumbnail, style, noise)
    wanted = torch.cat([torch.cat([affines[n][0].flatten(), affines[n][1].flatten()]) for n in site_order(painter)])
    np.testing.assert_allclose(got, wanted.detach().numpy(), atol=0.02, rtol=0.02)


def test_layout_names_every_site_once(trained: tuple[StyleEncoder, Painter], exported: Path) -> None:
    layout = json.loads((exported / "texture-painter.json").read_text())
    assert [site["name"] for site in layout["sites"]] == site_order(trained[1])
    data = (exported / "texture-painter.onnx").read_bytes()
    site = next(s for s in layout["sites"] if s["name"] == "down1")
    stored = np.frombuffer(data, "<f4", int(np.prod(site["weight"]["shape"])), site["weight"]["offset"])
    np.testing.assert_array_equal(stored, trained[1].down1.weight.detach().numpy().ravel())


def test_perceptual_export_keeps_the_features(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = Perceptual().eval()
    path = export_perceptual(network, tmp_path)["perceptual"]
    assert path.stat().st_size < 1.2e6
    picture = torch.rand(1, 3, 48, 80)
    got = ort.InferenceSession(path).run(None, {"picture": picture.numpy()})
    for a, b in zip(got, network(picture).values(), strict=True):
        assert np.abs(a - b.detach().numpy()).max() < 5e-3 * float(b.detach().max())
    text = record_toml({"perceptual": path}, {"perceptual": 1}, recipe="perceptual", data=["x"], research_data=False)
    assert 'file = "perceptual.onnx"' in text and "research_data = false" in text
