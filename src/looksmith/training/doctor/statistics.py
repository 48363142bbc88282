"""Cheap numbers about what a generator makes; each is a pure function of pictures, N x 3 x H x W in [0, 1]."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, pad

from looksmith.training.doctor.view import View

_LUMA = (0.2126, 0.7152, 0.0722)
_PERIODS = (2, 4)
_SIDE = 128
"""Spectra are taken of the middle square of at most so many pixels."""


def diversity(pictures: Tensor) -> float:
    """Mean root-mean-square distance between two pictures, both averaged to 16 x 16 blocks; 0 for copies of one."""
    count = pictures.shape[0]
    if count < 2:
        return float("nan")
    small = adaptive_avg_pool2d(pictures, 16).flatten(1)
    distances = torch.cdist(small, small) / small.shape[1] ** 0.5
    return float(distances.sum() / (count * (count - 1)))


def channel_correlation(first: Tensor, second: Tensor) -> tuple[float, float, float, float]:
    """Pearson's correlation of red, green, blue and luma between pictures in the same order, averaged over them.

    Of pictures averaged to 32 x 32 blocks, so that it is about light and dark and not about texture; a flat channel
    counts as 0.
    """
    a, b = (_with_luma(adaptive_avg_pool2d(p, 32)).flatten(2) for p in (first, second))
    a, b = a - a.mean(dim=2, keepdim=True), b - b.mean(dim=2, keepdim=True)
    norm = (a.square().sum(dim=2) * b.square().sum(dim=2)).sqrt()
    flat = norm < 1e-4 * a.shape[2]
    value = torch.where(flat, torch.zeros_like(norm), (a * b).sum(dim=2) / norm.clamp_min(1e-12)).mean(dim=0)
    red, green, blue, luma = (float(v) for v in value)
    return red, green, blue, luma


def lattice_peak(pictures: Tensor) -> tuple[float, float]:
    """How far a regular grid of period 2 or 4 pixels stands out of the spectrum, and its amplitude.

    The mean power spectrum of the pictures' fine detail (what a 3 x 3 mean takes away), under a Hann window; at each
    frequency of the grid the power over the median of its surroundings.  Transposed convolutions leave such grids
    (Odena, Dumoulin & Olah 2016).

    Returns:
        the largest ratio (about 1 to 4 without a grid), and that grid's amplitude, of full scale.
    """
    side = min(_SIDE, *pictures.shape[2:]) // 8 * 8
    if side < 16:
        return float("nan"), float("nan")
    top, left = (pictures.shape[2] - side) // 2, (pictures.shape[3] - side) // 2
    square = pictures[:, :, top : top + side, left : left + side]
    detail = square - avg_pool2d(pad(square, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    window = torch.hann_window(side, periodic=True)
    window = window[:, None] * window[None, :]
    power = torch.fft.fft2(detail * window).abs().square().mean(dim=(0, 1))
    around = max(2, side // 16)
    best, amplitude = 0.0, 0.0
    for v, u in _lattice(side):
        rows = [(v + d) % side for d in range(-around, around + 1)]
        columns = [(u + d) % side for d in range(-around, around + 1)]
        block = power[rows][:, columns].clone()
        block[around - 1 : around + 2, around - 1 : around + 2] = float("nan")  # the peak and what the window spreads
        level = float(block[~block.isnan()].median())
        ratio = float(power[v, u]) / max(level, 1e-12 * side**2)
        if ratio > best:
            twice = 1 if {v, u} <= {0, side // 2} else 2  # elsewhere half of it lies at the mirrored frequency
            best, amplitude = ratio, twice * float(power[v, u]) ** 0.5 / float(window.sum())
    return best, amplitude


def saturation(pictures: Tensor) -> tuple[float, float]:
    """The share of values at black (under 0.02) and at white (over 0.98)."""
    return float((pictures < 0.02).float().mean()), float((pictures > 0.98).float().mean())


def moment_gap(made: Tensor, wanted: Tensor) -> float:
    """How far simple statistics differ: mean, deviation and steepness of each channel, mean absolute difference."""

    def moments(pictures: Tensor) -> Tensor:
        flat = pictures.transpose(0, 1).flatten(1)
        steep = (pictures[..., 1:] - pictures[..., :-1]).abs().mean(dim=(0, 2, 3))
        return torch.stack([flat.mean(dim=1), flat.std(dim=1), 2 * steep])

    return float((moments(made) - moments(wanted)).abs().sum(dim=0).mean())


def memorised(real: Tensor, held_out: Tensor, fake: Tensor) -> float:
    """How far held-out real pictures score like made ones: 0 like those trained on, 1 like fakes.

    (E[D(train)] - E[D(held out)]) / (E[D(train)] - E[D(made)]): r_v of Karras et al. (2020), "Training generative
    adversarial networks with limited data", eq. 1.  0 where a difference may be chance (under two standard errors).
    """

    def drop(other: Tensor) -> tuple[float, float]:
        error = (real.var() / len(real) + other.var() / len(other)).sqrt()
        return float(real.mean() - other.mean()), 2 * float(error)

    if min(len(real), len(held_out), len(fake)) < 2:
        return 0.0
    (to_held_out, chance), (to_fake, chance_of_fake) = drop(held_out), drop(fake)
    if to_fake <= max(chance_of_fake, 1e-6) or to_held_out < chance:
        return 0.0
    return to_held_out / to_fake


@torch.no_grad()
def measure(view: View) -> dict[str, float]:
    """Every number about one generator that its view allows."""
    numbers = {"diversity": diversity(view.output)}
    numbers["black"], numbers["white"] = saturation(view.output)
    numbers["grid"], numbers["grid_amplitude"] = lattice_peak(view.output)
    wanted = view.wanted
    if wanted is not None:
        numbers["diversity_wanted"] = diversity(wanted)
        numbers["black_wanted"], numbers["white_wanted"] = saturation(wanted)
        numbers["moment_gap"] = moment_gap(view.output, wanted)
    if view.input is not None:
        numbers["diversity_input"] = diversity(view.input)
        names = ("red", "green", "blue", "light")
        numbers |= dict(zip(names, channel_correlation(view.output, view.input), strict=True))
        if view.target is not None:
            numbers["light_wanted"] = channel_correlation(view.target, view.input)[3]
    natural = [p for p in (view.real, view.target, view.input) if p is not None]
    peaks = [lattice_peak(pictures)[0] for pictures in natural]
    if peaks:
        numbers["grid_natural"] = max(peaks)
    if view.other is not None:
        numbers["condition"] = float((view.output - view.other).abs().mean())
    if view.score_real is not None and view.score_fake is not None:
        numbers["real_right"] = float((view.score_real > 0).float().mean())
        numbers["fake_right"] = float((view.score_fake < 0).float().mean())
        if view.score_held_out is not None:
            numbers["memorised"] = memorised(view.score_real, view.score_held_out, view.score_fake)
    return {name: value for name, value in numbers.items() if value == value}


def _with_luma(pictures: Tensor) -> Tensor:
    luma = sum(weight * pictures[:, k : k + 1] for k, weight in enumerate(_LUMA))
    return torch.cat([pictures, torch.as_tensor(luma)], dim=1)


def _lattice(side: int) -> list[tuple[int, int]]:
    """Frequencies of grids with the periods, without those of no detail."""
    steps = sorted({side * k // period for period in _PERIODS for k in range(period)})
    return [(v, u) for v in steps for u in steps if (v, u) != (0, 0)]
