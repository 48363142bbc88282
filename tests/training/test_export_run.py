"""Out of the workshop: the file makes what was trained, is applied as a look, runs in a browser's runtime; or not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
import onnx  # noqa: E402
import onnxruntime as ort  # noqa: E402
from skimage import data as samples  # noqa: E402
from skimage.metrics import structural_similarity  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from looksmith.errors import LooksmithError  # noqa: E402
from looksmith.facets.generator import Generator, GeneratorState  # noqa: E402
from looksmith.looks.apply import apply  # noqa: E402
from looksmith.looks.replay import replay  # noqa: E402
from looksmith.media.photo import Photo  # noqa: E402
from looksmith.media.read import read_photo  # noqa: E402
from looksmith.media.write import write_photo  # noqa: E402
from looksmith.models.foreign import METADATA, check_network  # noqa: E402
from looksmith.training.deliver import Deliverable  # noqa: E402
from looksmith.training.devices import RunOptions  # noqa: E402
from looksmith.training.export_run import export_run  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402
from looksmith.training.parity import ssim  # noqa: E402
from looksmith.training.quantise import PLANS, in_whole_numbers  # noqa: E402

QUIET = RunOptions(device="cpu", doctor="off", report=False)


class Tinted:
    """Learns to warm a picture: a small generator with what exports meet (instance norm, upsampling, a skip)."""

    ema = ("generator",)
    ema_decay = 0.9

    def __init__(self, whole: bool = True, spoilt: bool = False) -> None:
        torch.manual_seed(3)
        self.whole, self.spoilt = whole, spoilt
        norm = nn.InstanceNorm2d(16, affine=True) if whole else nn.Identity()

        class Network(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.enter = nn.Conv2d(3, 16, 3, 2, 1)
                self.norm = norm
                self.middle = nn.Conv2d(16, 16, 3, 1, 1)
                self.up = nn.Upsample(scale_factor=2.0)
                self.leave = nn.Conv2d(16, 3, 3, 1, 1)

            def forward(self, picture: Tensor) -> Tensor:
                x = self.norm(self.enter(picture)).relu()
                x = self.up(self.middle(x).relu() + x)
                return (picture + 0.3 * self.leave(x).tanh()).clamp(0, 1)

        self.generator = Network()
        self.modules: Mapping[str, nn.Module] = {"generator": self.generator}
        self.optimizers = {"adam": torch.optim.Adam(self.generator.parameters())}
        photo = cv2.resize(samples.astronaut(), (128, 128), interpolation=cv2.INTER_AREA)
        self.photo = torch.from_numpy(photo).permute(2, 0, 1).float() / 255

    def batch(self, step: int) -> Tensor:
        rng = np.random.default_rng(step)
        places = rng.integers(0, 64, (4, 2))
        return torch.stack([self.photo[:, y : y + 64, x : x + 64] for y, x in places])

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        wanted = (batch * torch.tensor([1.2, 1.0, 0.7])[:, None, None]).clamp(0, 1)
        return {"total": (self.generator(batch) - wanted).square().mean()}

    def learning_rate(self, step: int) -> float:
        return 5e-3

    def samples(self, batch: Tensor, modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        return {"input": batch, "output": modules["generator"](batch)}

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        network = modules["generator"]
        if self.spoilt:

            class Wild(nn.Module):
                """What rounding cannot carry: values over a thousand that cancel out."""

                def __init__(self) -> None:
                    super().__init__()
                    self.before, self.spread = network, nn.Conv2d(3, 8, 1)
                    self.gather, self.last, self.more = nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 1)
                    self.steps = nn.ModuleList([nn.Conv2d(8, 8, 1) for _ in range(8)])
                    self.leave = nn.Conv2d(8, 3, 1)

                def forward(self, picture: Tensor) -> Tensor:
                    x = self.spread(self.before(picture))
                    for layer in self.steps:
                        x = (1000 * layer(x)).sin()
                    return self.leave(x).sigmoid()

            network = Wild()
        return {"tint": Deliverable(network, size=64, multiple=2, reach=None if self.whole else 16)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    fit(Tinted(), folder, steps=80, options=QUIET)
    return folder


@pytest.fixture(scope="module")
def exported(run: Path) -> dict[str, Path]:
    return dict(export_run(Tinted(), run, recipe="tint", int8=True).paths)


def _photo() -> Photo:
    return Photo(np.ascontiguousarray(cv2.resize(samples.astronaut(), (201, 150), interpolation=cv2.INTER_AREA)))


def test_the_followers_are_exported_and_the_numbers_are_true(run: Path, tmp_path: Path) -> None:
    made = export_run(Tinted(), run, recipe="tint", int8=True, out=tmp_path)
    task = Tinted()
    task.generator.load_state_dict(torch.load(run / "checkpoint.pt", weights_only=True)["ema"]["generator"])
    picture = task.batch(99)
    with torch.no_grad():
        wanted = task.generator.eval()(picture).numpy()
    for kind, path in made.paths.items():
        session = ort.InferenceSession(str(path))
        got = np.concatenate([session.run(None, {"picture": p[None].numpy()})[0] for p in picture])
        difference = np.abs(got - wanted)
        assert difference.max() < (1e-4 if kind == "float" else 0.1)
        assert ssim(got, wanted) > (0.9999 if kind == "float" else 0.97)
        assert made.parity[kind].bytes == path.stat().st_size and made.parity[kind].milliseconds > 0
    assert made.parity["float"].largest < 1e-4 < made.parity["int8"].largest
    record = json.loads((tmp_path / "tint.export.json").read_text())
    assert record["int8"]["ssim"] == made.parity["int8"].ssim and record["float"]["file"] == "tint.onnx"
    types = {t.data_type for t in onnx.load(made.paths["int8"]).graph.initializer}
    assert onnx.TensorProto.INT8 in types, "weights are whole numbers"


def test_weights_alone_are_a_quarter_and_nearly_the_same(run: Path, exported: dict[str, Path]) -> None:
    """The last resort where rounding what flows between the layers costs too much."""
    model = onnx.load(exported["float"])
    before = model.SerializeToString()
    whole = in_whole_numbers(model, [], PLANS[-1])
    assert model.SerializeToString() == before, "what was given is left as it was"
    picture = Tinted().batch(7)[:1].numpy()
    ran = [ort.InferenceSession(m.SerializeToString()).run(None, {"picture": picture})[0] for m in (model, whole)]
    assert 0 < np.abs(ran[0] - ran[1]).max() < 0.02
    sizes = [sum(len(t.raw_data) for t in m.graph.initializer) for m in (model, whole)]
    assert sizes[1] < 0.35 * sizes[0]


def test_ssim_is_that_of_scikit_image() -> None:
    rng = np.random.default_rng(0)
    one = rng.random((2, 3, 24, 30)).astype(np.float32)
    two = np.clip(one + rng.normal(0, 0.1, one.shape), 0, 1).astype(np.float32)
    wanted = np.mean(
        [structural_similarity(a, b, channel_axis=0, data_range=1.0) for a, b in zip(one, two, strict=True)]
    )
    # scikit-image pads and cuts the border away again: the same windows
    assert abs(ssim(one, two) - wanted) < 5e-3


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_the_file_is_applied_as_a_look(kind: str, exported: dict[str, Path], tmp_path: Path) -> None:
    photo = _photo()
    made = apply(exported[kind], photo)
    task = Tinted()
    assert made.pixels.shape == photo.pixels.shape
    warmer = made.pixels.astype(float).mean((0, 1)) - photo.pixels.astype(float).mean((0, 1))
    assert warmer[0] > 3 and warmer[2] < -8, "red up, blue down, as it was trained"
    assert np.array_equal(apply(exported[kind], photo, strength=0.0).pixels, photo.pixels)
    half = apply(exported[kind], photo, strength=0.5).pixels.astype(float)
    assert np.abs(half - (made.pixels.astype(float) + photo.pixels) / 2).max() <= 1
    where = np.zeros(photo.pixels.shape[:2], np.float32)
    where[:, :80] = 1
    local = apply(exported[kind], photo, where=where).pixels
    assert np.array_equal(local[:, 80:], photo.pixels[:, 80:]) and (local[:, :80] != photo.pixels[:, :80]).any()
    write_photo(photo, tmp_path / "me.png")
    write_photo(apply(exported[kind], tmp_path / "me.png"), tmp_path / "out.png")
    again = replay(read_photo(tmp_path / "out.png"), look=exported[kind])
    assert again.identical, again.message
    assert b"compositeWithTrainedAlgorithmicMedia" in (read_photo(tmp_path / "out.png").xmp or b"")
    assert task


def test_sixteen_bits_and_odd_sizes(exported: dict[str, Path]) -> None:
    for height, width in ((1, 1), (9, 31), (64, 65)):
        photo = Photo(np.random.default_rng(1).integers(0, 65535, (height, width, 3)).astype(np.uint16))
        made = apply(exported["float"], photo)
        assert made.pixels.shape == photo.pixels.shape and made.pixels.dtype == np.uint16


def test_tiles_are_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Tinted(whole=False)
    fit(task, tmp_path, steps=30, options=QUIET)
    path = export_run(task, tmp_path, recipe="tint").paths["float"]
    facet, state = Generator(), GeneratorState(np.fromfile(path, np.uint8))
    whole = facet.apply(_photo(), state, 1.0, None)
    monkeypatch.setattr("looksmith.facets.generator.TILE", 48)
    tiled = facet.apply(_photo(), state, 1.0, None)
    assert np.abs(whole.pixels.astype(int) - tiled.pixels).max() <= 1


def test_a_file_that_is_worse_than_its_limit_is_refused(tmp_path: Path) -> None:
    task = Tinted(spoilt=True)
    fit(task, tmp_path, steps=2, options=QUIET)
    with pytest.raises(LooksmithError, match="does not make what was trained"):
        export_run(task, tmp_path, recipe="tint", int8=True)
    assert not (tmp_path / "export").exists()


def test_mistakes_are_told(run: Path, tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="no checkpoint"):
        export_run(Tinted(), tmp_path, recipe="tint")
    with pytest.raises(LooksmithError, match="no such network"):
        export_run(Tinted(), run, recipe="tint", network="other")


def test_the_export_is_the_same_bytes(run: Path, exported: dict[str, Path], tmp_path: Path) -> None:
    again = export_run(Tinted(), run, recipe="tint", out=tmp_path).paths["float"]
    assert again.read_bytes() == exported["float"].read_bytes()
    assert check_network(again.read_bytes(), again).reach is None
    assert METADATA in {entry.key for entry in onnx.load(again).metadata_props}


RUNTIME = """
import * as ort from "onnxruntime-web";
import { readFileSync } from "node:fs";
ort.env.wasm.numThreads = 1;
const [model, input, side] = process.argv.slice(2);
const session = await ort.InferenceSession.create(readFileSync(model), { executionProviders: ["wasm"] });
const values = new Float32Array(readFileSync(input).buffer.slice(0));
const made = await session.run({ picture: new ort.Tensor("float32", values, [1, 3, +side, +side]) });
process.stdout.write(Buffer.from(made.made.data.buffer, made.made.data.byteOffset, made.made.data.byteLength));
"""


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_it_runs_in_the_browsers_runtime(kind: str, exported: dict[str, Path], tmp_path: Path) -> None:
    """onnxruntime-web in node: LOOKSMITH_NODE_MODULES names a node_modules folder with it (.ci/run installs it)."""
    node, modules = shutil.which("node"), os.environ.get("LOOKSMITH_NODE_MODULES")
    if node is None:
        pytest.skip("node is not installed")
    if not modules or not (Path(modules) / "onnxruntime-web").is_dir():
        pytest.skip("onnxruntime-web is not installed; npm install onnxruntime-web, and set LOOKSMITH_NODE_MODULES")
    (tmp_path / "node_modules").symlink_to(Path(modules).resolve())
    (tmp_path / "run.mjs").write_text(RUNTIME)
    picture = Tinted().batch(5)[:1].numpy()
    (tmp_path / "in.bin").write_bytes(picture.tobytes())
    words = [node, "run.mjs", str(exported[kind]), "in.bin", "64"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    made = np.frombuffer(done.stdout, np.float32).reshape(1, 3, 64, 64)
    wanted = ort.InferenceSession(str(exported[kind])).run(None, {"picture": picture})[0]
    assert np.abs(made - wanted).max() < (1e-4 if kind == "float" else 0.05)
