"""What is exported computes what was trained."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
import onnxruntime as ort  # noqa: E402

from looksmith.training.export import export_perceptual, quantised, record_toml  # noqa: E402
from looksmith.training.export_texture import check_parity, export_texture, weight_names  # noqa: E402
from looksmith.training.networks.perceptual import Perceptual  # noqa: E402
from looksmith.training.networks.texture import STYLE_SIZE, Mapping, StyleEncoder  # noqa: E402


@pytest.fixture(scope="module")
def trained() -> tuple[StyleEncoder, Mapping]:
    torch.manual_seed(3)
    encoder, mapping = StyleEncoder().eval(), Mapping(fine=16, middle=16, coarse=32, blocks=(1, 1, 1)).eval()
    torch.nn.init.normal_(mapping.gains.weight, std=0.1)
    return encoder, mapping


@pytest.fixture(scope="module")
def exported(trained: tuple[StyleEncoder, Mapping], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export")
    export_texture(*trained, out)
    return out


def test_encoder_parity(trained: tuple[StyleEncoder, Mapping], exported: Path) -> None:
    picture = torch.rand(2, 3, 256, 256)
    got = ort.InferenceSession(exported / "texture-encoder.onnx").run(None, {"picture": picture.numpy()})[0]
    wanted = trained[0](picture).detach().numpy()
    assert np.abs(got - wanted).max() < 5e-3 * np.abs(wanted).max()


def test_the_mapping_names_its_outputs_as_the_painter_its_weights(
    trained: tuple[StyleEncoder, Mapping], exported: Path
) -> None:
    names = weight_names(trained[1](torch.zeros(STYLE_SIZE), torch.rand(3), 0.05 * torch.eye(3)))
    mapping = ort.InferenceSession(exported / "texture-mapping.onnx")
    assert [output.name for output in mapping.get_outputs()] == names
    graph = onnx.load(exported / "texture-painter.onnx", load_external_data=False).graph
    outside = {t.name for t in graph.initializer if t.data_location == onnx.TensorProto.EXTERNAL}
    assert outside == set(names)
    assert (exported / "texture-painter.onnx").stat().st_size < 40_000


def test_parity_holds_and_a_changed_network_is_noticed(trained: tuple[StyleEncoder, Mapping], exported: Path) -> None:
    assert max(astuple(check_parity(*trained, exported))) < 0.6
    torch.manual_seed(4)
    other = Mapping(fine=16, middle=16, coarse=32, blocks=(1, 1, 1)).eval()
    with pytest.raises(RuntimeError, match="do not compute"):
        check_parity(trained[0], other, exported)


def test_int8_keeps_weights_within_half_a_step() -> None:
    weight = np.random.default_rng(0).normal(size=(3, 4, 5, 2, 2)).astype(np.float32)
    node = onnx.helper.make_node("Add", ["x", "some.bases"], ["y"])
    x, y = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [3, 4, 5, 2, 2]) for name in "xy")
    graph = onnx.helper.make_graph([node], "g", [x], [y], [onnx.numpy_helper.from_array(weight, "some.bases")])
    opset = onnx.helper.make_opsetid("", 17)
    model = quantised(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=9), "bases")
    got = ort.InferenceSession(model.SerializeToString()).run(None, {"x": np.zeros_like(weight)})[0]
    step = np.abs(weight).max(axis=(2, 3, 4), keepdims=True) / 127
    assert (np.abs(got - weight) <= 0.51 * step).all() and not np.array_equal(got, weight)


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
