"""Every shipped network computes in the browser's runtime (WebAssembly) what it computes here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from skimage.data import astronaut
from skimage.transform import resize

from looksmith.models.load import model_bytes, record, records

MOST = 1e-3
"""Largest difference, relative to the largest number of an output."""
LOOSER = {"texture-encoder": 4e-3}
"""Its last layer evens out the spread of style vectors, and so makes float32's rounding 300 times as large: runtimes
agree to 0.004 on vectors whose deviation over styles is 1."""

RUNTIME = """
import * as ort from "onnxruntime-web";
import { readFileSync, writeFileSync } from "node:fs";
ort.env.wasm.numThreads = 1;
const asked = JSON.parse(readFileSync("asked.json"));
const session = await ort.InferenceSession.create(readFileSync(asked.model), { executionProviders: ["wasm"] });
const feeds = {};
for (const { name, shape } of asked.inputs) {
  const values = new Float32Array(Uint8Array.from(readFileSync(`${name}.bin`)).buffer);
  feeds[name] = new ort.Tensor("float32", values, shape);
}
const made = await session.run(feeds);
for (const [name, tensor] of Object.entries(made))
  writeFileSync(`made-${name}.bin`, Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
"""


@pytest.fixture(scope="module")
def node() -> str:
    """Where node is; onnxruntime-web is in the node_modules that LOOKSMITH_NODE_MODULES names (.ci/run installs it)."""
    found, modules = shutil.which("node"), os.environ.get("LOOKSMITH_NODE_MODULES")
    if found is None:
        pytest.skip("node is not installed")
    if not modules or not (Path(modules) / "onnxruntime-web").is_dir():
        pytest.skip("onnxruntime-web is not installed; npm install onnxruntime-web, and set LOOKSMITH_NODE_MODULES")
    return found


def _fed(given: ort.NodeArg, rng: np.random.Generator) -> np.ndarray:
    """A face where a picture is wanted, small numbers elsewhere."""
    sizes = {"n": 1, "h": 224, "w": 224}
    shape = [sizes.get(side, 1) if isinstance(side, str) else side for side in given.shape]
    if len(shape) == 4 and shape[1] == 3:
        face = resize(astronaut()[:220, 110:330], shape[2:], anti_aliasing=True)
        return np.ascontiguousarray(face.transpose(2, 0, 1)[None], np.float32)
    if given.name == "covariance":
        return (0.04 * np.eye(3)).astype(np.float32)
    return rng.uniform(0.2, 0.8, shape).astype(np.float32)


@pytest.mark.parametrize("name", sorted(name for name in records() if not record(name).weights_from))
def test_the_same_numbers_come_out(name: str, node: str, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(Path(os.environ["LOOKSMITH_NODE_MODULES"]).resolve())
    (tmp_path / "run.mjs").write_text(RUNTIME)
    (tmp_path / "network.onnx").write_bytes(model_bytes(name))
    session = ort.InferenceSession(model_bytes(name), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(3)
    feeds = {given.name: _fed(given, rng) for given in session.get_inputs()}
    for key, values in feeds.items():
        (tmp_path / f"{key}.bin").write_bytes(values.tobytes())
    inputs = [{"name": key, "shape": values.shape} for key, values in feeds.items()]
    (tmp_path / "asked.json").write_text(json.dumps({"model": "network.onnx", "inputs": inputs}))
    done = subprocess.run([node, "run.mjs"], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    for given, wanted in zip(session.get_outputs(), session.run(None, feeds), strict=True):
        made = np.fromfile(tmp_path / f"made-{given.name}.bin", np.float32).reshape(wanted.shape)
        assert np.isfinite(made).all()
        assert np.abs(made - wanted).max() <= LOOSER.get(name, MOST) * max(1.0, float(np.abs(wanted).max())), given.name
