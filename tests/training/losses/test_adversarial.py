"""Adversarial losses against the formulas of their papers, in numpy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.adversarial import discriminator_loss, generator_loss, made_loss, middle  # noqa: E402

REAL = np.random.default_rng(0).normal(0.5, 2, (4, 1, 3, 3))
FAKE = np.random.default_rng(1).normal(-0.5, 2, (5, 1, 3, 3))
D_REAL, D_FAKE = 1 / (1 + np.exp(-REAL)), 1 / (1 + np.exp(-FAKE))

WANTED = {
    "minimax": (-np.log(D_REAL).mean() - np.log(1 - D_FAKE).mean(), np.log(1 - D_FAKE).mean()),
    "non_saturating": (-np.log(D_REAL).mean() - np.log(1 - D_FAKE).mean(), -np.log(D_FAKE).mean()),
    "least_squares": (((REAL - 1) ** 2).mean() / 2 + (FAKE**2).mean() / 2, ((FAKE - 1) ** 2).mean()),
    "hinge": (np.maximum(0, 1 - REAL).mean() + np.maximum(0, 1 + FAKE).mean(), -FAKE.mean()),
    "wasserstein": (FAKE.mean() - REAL.mean(), -FAKE.mean()),
}


@pytest.mark.parametrize("form", WANTED)
def test_each_form_is_that_of_its_paper(form: str) -> None:
    real, fake = torch.from_numpy(REAL), torch.from_numpy(FAKE)
    assert float(discriminator_loss(real, fake, form)) == pytest.approx(WANTED[form][0], rel=1e-9)
    assert float(generator_loss(fake, form)) == pytest.approx(WANTED[form][1], rel=1e-9)


@pytest.mark.parametrize("form", WANTED)
def test_the_two_pull_in_opposite_directions(form: str) -> None:
    """A step down the generator's loss makes scores of made pictures higher; one of the discriminator's, lower."""
    fake = torch.zeros(3, requires_grad=True)
    (up,) = torch.autograd.grad(generator_loss(fake, form), fake)
    (down,) = torch.autograd.grad(discriminator_loss(torch.zeros(3), fake + 0.2, form), fake)
    assert (up < 0).all() and (down > 0).all()


def test_minimax_saturates_where_non_saturating_does_not() -> None:
    sure = torch.full((1,), -20.0, requires_grad=True)
    (flat,) = torch.autograd.grad(generator_loss(sure, "minimax"), sure)
    (steep,) = torch.autograd.grad(generator_loss(sure, "non_saturating"), sure)
    assert abs(float(flat)) < 1e-6 and float(steep) == pytest.approx(-1, abs=1e-6)


def test_scores_of_any_size_stay_finite() -> None:
    huge = torch.tensor([1e4, -1e4])
    for form in WANTED:
        assert torch.isfinite(discriminator_loss(huge, huge, form)) and torch.isfinite(generator_loss(huge, form))


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(ValueError, match=r"'lsgan'.*least_squares"):
        generator_loss(torch.zeros(1), "lsgan")
    with pytest.raises(ValueError, match=r"'lsgan'.*least_squares"):
        discriminator_loss(torch.zeros(1), torch.zeros(1), "lsgan")


def test_the_middle_is_where_a_balanced_discriminator_cannot_tell() -> None:
    for form in ("non_saturating", "hinge", "least_squares"):
        score = torch.full((1,), middle(form), requires_grad=True)
        (pull,) = torch.autograd.grad(discriminator_loss(score, score, form), score)
        assert float(pull) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("form", WANTED)
def test_the_half_about_made_pictures_is_what_is_left_when_the_real_ones_stay(form: str) -> None:
    one, other = torch.from_numpy(FAKE), torch.from_numpy(FAKE + 0.7)
    real = torch.from_numpy(REAL)
    whole = discriminator_loss(real, one, form) - discriminator_loss(real, other, form)
    torch.testing.assert_close(made_loss(one, form) - made_loss(other, form), whole)
    if form == "hinge":
        assert float(made_loss(one, form)) == pytest.approx(np.maximum(0, 1 + FAKE).mean(), rel=1e-9)
