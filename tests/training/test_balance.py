"""The multiplier rises while a term is above its goal, falls below it, and stays within bounds."""

import copy
import math

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.balance import LEAST, MOST, Balance  # noqa: E402


def test_it_moves_towards_the_goal_and_stays_within_bounds() -> None:
    balance = Balance(goal=0.5, rate=0.5)
    balance.saw(0.7)
    assert balance() == pytest.approx(math.exp(0.1))
    for _ in range(100):
        balance.saw(0.7)
    assert balance() == pytest.approx(MOST)
    for _ in range(100):
        balance.saw(0.2)
    assert balance() == pytest.approx(LEAST)
    balance.saw(math.nan)
    assert balance() == pytest.approx(LEAST)


def test_a_resumed_run_goes_on_with_it() -> None:
    balance, other = Balance(0.5), Balance(0.5)
    balance.saw(0.9)
    other.load_state_dict(copy.deepcopy(balance.state_dict()))
    assert other() == balance() != 1.0


def test_weighed_so_a_term_ends_at_its_goal() -> None:
    """min over x of (x − 2)² + factor · x², with x² to end at 1: the multiplier that does it is 1."""
    x = torch.nn.Parameter(torch.tensor(0.2))
    balance, descent = Balance(goal=1.0, rate=0.05), torch.optim.SGD([x], lr=0.05)
    for _ in range(800):
        term = x**2
        descent.zero_grad()
        ((x - 2) ** 2 + balance() * term).backward()
        descent.step()
        balance.saw(float(term.detach()))
    assert float(x.detach()) == pytest.approx(1.0, abs=0.02) and balance() == pytest.approx(1.0, abs=0.05)
