"""What a trained network can be asked for: a label, a picture's style, pictures from noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch import Tensor, nn  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from looksmith.cli.app import app  # noqa: E402
from looksmith.errors import LooksmithError, UnreadableError  # noqa: E402
from looksmith.facets.generator import GeneratorState  # noqa: E402
from looksmith.looks.apply import apply, resolve  # noqa: E402
from looksmith.looks.replay import replay  # noqa: E402
from looksmith.looks.sample import GAP, grid, sample  # noqa: E402
from looksmith.looks.steer import steered  # noqa: E402
from looksmith.media.photo import Photo  # noqa: E402
from looksmith.media.read import read_photo  # noqa: E402
from looksmith.media.write import write_photo  # noqa: E402
from looksmith.rights.labels import read_labels  # noqa: E402
from looksmith.training.deliver import Deliverable  # noqa: E402
from looksmith.training.devices import RunOptions  # noqa: E402
from looksmith.training.export_run import export_run  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402

SIDE = 16
QUIET = RunOptions(device="cpu", doctor="off", report=False)


class ByLabel(nn.Module):
    """Adds red for the first label, blue for the second, and a little of the noise."""

    def forward(self, picture: Tensor, condition: Tensor, noise: Tensor) -> Tensor:
        zero = torch.zeros_like(condition[:, :1])
        tint = torch.cat([condition[:, :1], zero, condition[:, 1:]], 1) * 0.5 + 0.01 * noise
        return (picture + tint[:, :, None, None]).clamp(0, 1)


class ByLook(nn.Module):
    """Gives the picture the reference's mean colour."""

    def forward(self, picture: Tensor, reference: Tensor, condition: Tensor) -> Tensor:
        wanted = reference.view(-1, 3, SIDE * SIDE).mean(2) + 0 * condition[:, :1]
        return (picture - picture.mean((2, 3), keepdim=True) + wanted[:, :, None, None]).clamp(0, 1)


class OfNoise(nn.Module):
    """A flat colour of three numbers, pulled to grey by the truncation; the share of another's."""

    def forward(self, noise: Tensor, truncation: Tensor, other: Tensor, mixed: Tensor) -> Tensor:
        colour = (0.5 + 0.1 * truncation * (noise + mixed * (other - noise)))[:, :, None, None]
        return colour.expand(-1, 3, SIDE, SIDE).clamp(0, 1)


class Three:
    """A task that delivers all three; there is one number to learn."""

    def __init__(self) -> None:
        self.one = nn.Linear(1, 1)
        self.modules: Mapping[str, nn.Module] = {"one": self.one}
        self.optimizers = {"adam": torch.optim.Adam(self.one.parameters())}

    def batch(self, step: int) -> Tensor:
        return torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(step))

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        return {"total": self.one(batch.mean().view(1, 1)).square().mean()}

    def learning_rate(self, step: int) -> float:
        return 1e-3

    def samples(self, batch: Tensor, modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        return {"input": batch, "output": batch}

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        entries = {"condition": ("warm", "cool")}
        label = torch.tensor([[1.0, 0.0]])
        asked: dict[str, Any] = {"condition": label, "noise": torch.zeros(1, 3)}
        shown = {"reference": torch.full((1, 3 * SIDE * SIDE), 0.5), "condition": label}
        drawn = {"truncation": torch.tensor([[0.7]]), "other": torch.zeros(1, 3), "mixed": torch.zeros(1, 1)}
        return {
            "conditional": Deliverable(ByLabel(), size=SIDE, conditions=asked, entries=entries),
            "reference": Deliverable(ByLook(), size=SIDE, conditions=shown, entries=entries),
            "noise": Deliverable(OfNoise(), kind="noise", size=SIDE, noise=3, conditions=drawn),
        }


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    run = tmp_path_factory.mktemp("run")
    fit(Three(), run, steps=1, options=QUIET)
    paths = {
        name: export_run(Three(), run, recipe="toy", network=name).paths["float"]
        for name in ("conditional", "reference", "noise")
    }
    return paths.__getitem__


def _grey(side: int = 24) -> Photo:
    return Photo(np.full((side, side + 4, 3), 100, np.uint8))


def _colour(photo: Photo) -> np.ndarray:
    return photo.pixels.reshape(-1, 3).mean(0)


def test_each_label_gives_its_own_picture(network: Callable[[str], Path]) -> None:
    look = resolve(network("conditional"))
    warm, cool = (_colour(apply(steered(look, domain=d), _grey())) for d in ("warm", "cool"))
    np.testing.assert_allclose(warm, [228, 100, 100], atol=1)
    np.testing.assert_allclose(cool, [100, 100, 228], atol=1)
    np.testing.assert_allclose(_colour(apply(look, _grey())), warm, atol=1e-9)  # what the file names when nobody asks


def test_the_seed_draws_another_style_code(network: Callable[[str], Path]) -> None:
    look = steered(resolve(network("conditional")), domain="cool")
    none, one, again, two = (_colour(apply(look, _grey(), seed=s)) for s in (0, 1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, two) and not np.array_equal(one, none)


def test_the_style_of_a_picture_is_taken_on(network: Callable[[str], Path]) -> None:
    reference = np.zeros((40, 60, 3), np.uint8)
    reference[:, 10:50] = (200, 60, 20)  # the middle square; the sides are not looked at
    look = steered(resolve(network("reference")), like=Photo(reference), domain="cool")
    np.testing.assert_allclose(_colour(apply(look, _grey())), [200, 60, 20], atol=1)


def test_an_output_is_replayed_with_what_was_asked_for(network: Callable[[str], Path]) -> None:
    look = steered(resolve(network("conditional")), domain="cool")
    photo = _grey()
    made = apply(look, photo, seed=5)
    assert replay(made, photo, look=look).identical
    with pytest.raises(LooksmithError, match="not the look that was used"):
        replay(made, photo, look=network("conditional"))


@pytest.mark.parametrize(
    ("name", "wish", "words"),
    [
        ("conditional", {"domain": "older"}, "no such label.*warm, cool"),
        ("conditional", {"like": True}, "no reference picture"),
        ("reference", {"like": True}, "which label"),
        ("noise", {"domain": "warm"}, "no labels"),
    ],
)
def test_what_cannot_be_asked_for_is_told(
    network: Callable[[str], Path], name: str, wish: dict[str, Any], words: str
) -> None:
    asked = {**wish, "like": _grey()} if "like" in wish else wish
    with pytest.raises(LooksmithError, match=f"(?s){words}"):
        steered(resolve(network(name)), **asked)


def test_a_state_asks_only_for_what_the_network_takes(network: Callable[[str], Path]) -> None:
    data = np.fromfile(network("conditional"), np.uint8)
    for asked in ({"condition": [1.0]}, {"colour": [1.0, 0.0]}):
        with pytest.raises(UnreadableError, match="does not take"):
            GeneratorState(data, asked)


def test_pictures_from_noise(network: Callable[[str], Path]) -> None:
    few, more, other = (sample(network("noise"), n, seed=s) for n, s in ((3, 4), (7, 4), (3, 5)))
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(few, more, strict=False))
    assert not any(np.array_equal(a.pixels, b.pixels) for a, b in zip(few, other, strict=True))
    wanted = np.random.default_rng(4).standard_normal((3, 3))
    for photo, row in zip(few, wanted, strict=True):
        assert photo.pixels.shape == (SIDE, SIDE, 3)
        np.testing.assert_allclose(_colour(photo), np.clip(255 * (0.5 + 0.07 * row), 0, 255), atol=0.51)
    assert {tuple(_colour(p)) for p in sample(network("noise"), 3, seed=4, truncation=0.0)} == {(128.0,) * 3}
    labels = read_labels(few[1].xmp)
    assert labels.source_type == "trainedAlgorithmicMedia" and not labels.fault
    assert b"number 1, seed 4, truncation 0.7" in (few[1].xmp or b"")


def test_a_walk_and_mixed_styles(network: Callable[[str], Path]) -> None:
    start, end = (np.asarray(_colour(sample(network("noise"), 1, seed=s)[0])) for s in (4, 9))
    walk = sample(network("noise"), 5, seed=4, to=9)
    colours = np.array([_colour(photo) for photo in walk])
    np.testing.assert_allclose(colours[[0, -1]], [start, end], atol=0.51)
    one, two = (np.random.default_rng(s).standard_normal(3) for s in (4, 9))
    angle = np.arccos(one @ two / np.linalg.norm(one) / np.linalg.norm(two))
    half = (one / np.linalg.norm(one) + two / np.linalg.norm(two)) * np.sin(angle / 2) / np.sin(angle)
    half *= (np.linalg.norm(one) + np.linalg.norm(two)) / 2
    np.testing.assert_allclose(colours[2], np.clip(255 * (0.5 + 0.07 * half), 0, 255), atol=0.51)
    assert b"seed 4 to 9" in (walk[1].xmp or b"")
    (mixed,) = sample(network("noise"), 1, seed=4, styles_of=9, mixed=0.25)
    np.testing.assert_allclose(_colour(mixed), 0.75 * start + 0.25 * end, atol=1.1)
    with pytest.raises(LooksmithError, match="out of range"):
        sample(network("noise"), 1, styles_of=9, mixed=1.5)


def test_the_grid_shows_every_picture(network: Callable[[str], Path]) -> None:
    photos = sample(network("noise"), 5, seed=1)
    page = grid(photos, 3)
    step = SIDE + GAP
    assert page.pixels.shape == (2 * step - GAP, 3 * step - GAP, 3) and page.xmp
    for place, photo in enumerate(photos):
        top, left = place // 3 * step, place % 3 * step
        assert np.array_equal(page.pixels[top : top + SIDE, left : left + SIDE], photo.pixels)
    assert (page.pixels[step:, 2 * step :] == 255).all()
    assert grid(photos).pixels.shape[1] == 3 * step - GAP


@pytest.mark.parametrize(("count", "truncation"), [(0, None), (5000, None), (1, -0.1), (1, 3.0)])
def test_numbers_out_of_range(network: Callable[[str], Path], count: int, truncation: float | None) -> None:
    with pytest.raises(LooksmithError, match="out of range"):
        sample(network("noise"), count, truncation=truncation)


def test_each_kind_of_network_names_its_verb(network: Callable[[str], Path]) -> None:
    with pytest.raises(LooksmithError, match="looksmith apply"):
        sample(network("conditional"))
    with pytest.raises(LooksmithError, match="looksmith sample"):
        apply(network("noise"), _grey())


def test_as_a_person_types_it(network: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKSMITH_HOME", str(tmp_path / "home"))

    def types(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(word) for word in words])
        return result.exit_code, result.stdout + result.stderr

    photo, cool, page, folder = (tmp_path / name for name in ("photo.png", "cool.png", "page.png", "each"))
    write_photo(_grey(), photo)
    network_of_labels = network("conditional")
    assert types("apply", network_of_labels, photo, "--domain", "cool", "--seed", 3, "-o", cool)[0] == 0
    assert _colour(read_photo(cool))[2] > 200
    words = ("replay", cool, "--source", photo, "--look", network_of_labels)
    assert types(*words, "--domain", "cool")[0] == 0
    assert types(*words, "--domain", "warm")[0] == 1
    code, told = types("apply", network_of_labels, photo, "--domain", "hot", "-o", tmp_path / "no.png")
    assert code == 1 and "warm, cool" in told and not (tmp_path / "no.png").exists()
    shown = network("reference")
    assert types("apply", shown, photo, "--like", cool, "--domain", "cool", "-o", tmp_path / "like.png")[0] == 0
    assert types("sample", network("noise"), "-n", 4, "--seed", 3, "--truncation", 0.7, "-o", page)[0] == 0
    assert read_photo(page).pixels.shape[0] == 2 * SIDE + GAP
    assert types("sample", network("noise"), "-n", 3, "-o", folder)[0] == 0
    assert sorted(p.name for p in folder.iterdir()) == ["0000.png", "0001.png", "0002.png"]
    assert types("sample", network_of_labels, "-o", page)[0] == 1
