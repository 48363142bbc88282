"""What discriminators learn from: the terms, R1 only now and then, and numbers that belong to a step."""

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.adversary import Adversary, chance, discriminator_terms, scores_per_picture  # noqa: E402
from looksmith.training.losses.adversarial import discriminator_loss  # noqa: E402


def _judge() -> "torch.nn.Module":
    torch.manual_seed(0)
    return torch.nn.Conv2d(3, 1, 3)


def test_r1_comes_every_so_often_and_weighs_as_much_more() -> None:
    judge, real, fake = _judge(), torch.randn(2, 3, 8, 8), torch.randn(2, 3, 8, 8)
    how = Adversary("hinge", r1=0.5, r1_every=4)
    with_it, without = (discriminator_terms(judge, real, fake, step, how, chance(0, step, 0)) for step in (8, 9))
    assert "r1" in with_it and "r1" not in without
    plain = discriminator_loss(judge(real), judge(fake), "hinge")
    torch.testing.assert_close(without["total"], plain)
    torch.testing.assert_close(with_it["total"], plain + 0.5 * 4 * with_it["r1"])
    # a convolution's mean score has the same gradient everywhere but at the rim: the sum of squares by hand
    weight = judge.weight.detach()[0]
    slope = torch.zeros(3, 8, 8)
    for y in range(6):
        for x in range(6):
            slope[:, y : y + 3, x : x + 3] += weight / 36
    assert float(with_it["r1"].detach()) == pytest.approx(0.5 * float(slope.square().sum()), rel=1e-4)


def test_shares_on_the_right_side() -> None:
    real, fake = torch.tensor([0.7, 0.6, 0.2, 0.9]), torch.tensor([0.1, 0.8, 0.3, 0.4])
    given = iter((real, fake))
    terms = discriminator_terms(lambda p: next(given), real, fake, 1, Adversary("least_squares"), chance(0, 1, 0))
    assert float(terms["real_right"]) == 0.75 and float(terms["fake_right"]) == 0.75
    centred = scores_per_picture(lambda p: p, torch.full((2, 1, 2, 2), 0.5), "least_squares")
    assert torch.equal(centred, torch.zeros(2))


def test_wasserstein_pays_its_penalty() -> None:
    judge, real, fake = _judge(), torch.randn(2, 3, 8, 8), torch.randn(2, 3, 8, 8)
    terms = discriminator_terms(judge, real, fake, 1, Adversary("wasserstein"), chance(0, 1, 0))
    torch.testing.assert_close(terms["total"], terms["adversarial"] + 10 * terms["penalty"])
    terms["total"].backward()
    assert judge.weight.grad is not None


def test_chance_belongs_to_seed_step_and_purpose() -> None:
    drawn = {
        float(torch.rand((), generator=chance(*k))) for k in ((1, 2, 3), (1, 2, 4), (1, 3, 3), (2, 2, 3), (1, 2, 3))
    }
    assert len(drawn) == 4
