"""A loss that runs away, and one that only begins late."""

import pytest

pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.doctor.diseases.exploding import examine
from looksmith.training.doctor.signs import Look


def _looks(*totals: float) -> list[Look]:
    return [Look(10 * k, terms={"discriminator.total": total}) for k, total in enumerate(totals)]


def test_a_loss_of_twenty_times_its_median_is_told() -> None:
    assert not examine(_looks(0.4, 0.5, 0.4, 0.5, 0.6, 0.5))
    assert [sign.level for sign in examine(_looks(0.4, 0.5, 0.4, 0.5, 0.5, 40.0))] == ["suspected"]
    assert [sign.level for sign in examine(_looks(0.4, 0.5, 0.4, 0.5, 30.0, 40.0))] == ["certain"]


def test_a_network_that_begins_late_does_not_run_away() -> None:
    """As in ``noise``, whose adversary waits for the reconstructions: its loss is 0 till then."""
    assert not examine(_looks(*[0.0] * 9, 1.4, 1.5))
    assert not examine(_looks(*[0.0] * 9, 1.4, 1.5, 1.3, 1.4, 1.5, 1.4))
    assert examine(_looks(*[0.0] * 9, 1.4, 1.5, 1.3, 1.4, 60.0, 70.0))
