"""Colours taken for a Gaussian: their statistics, and the map that carries one Gaussian onto another at least cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_LEAST = 1e-4
_PART = 1 << 16
"""Columns summed in single precision."""
_WANTED_LEAST = 1e-6


def gaussian(rgb: NDArray[np.float32]) -> tuple[Matrix, Matrix]:
    """Mean (3,) and covariance (3, 3) of colours, ... x 3."""
    planes = rgb.reshape(-1, 3).T.astype(np.float32, order="C")
    mean = planes.mean(axis=1, dtype=np.float64)
    planes -= mean.astype(np.float32)[:, None]
    return mean, products(planes) / max(1, planes.shape[1] - 1)


def products(rows: NDArray[np.float32]) -> Matrix:
    """X Xᵀ of few long rows, n x N: n x n.

    Not by a BLAS: it is slower at this shape, and its threads, once woken, spin for a while and take the cores from
    those of ONNX Runtime; a painting then takes twice its time.
    """
    total: Matrix = np.zeros((len(rows), len(rows)))
    for k in range(0, rows.shape[1], _PART):
        part = rows[:, k : k + _PART]
        total += np.einsum("ip,jp->ij", part, part)
    return total


def monge(
    have: NDArray[Any], wanted: NDArray[Any], *, least: float, limits: tuple[float, float] | None = None
) -> Matrix:
    """The symmetric matrix A with A ``have`` A = ``wanted`` (Monge-Kantorovich; Pitié & Kokaram 2007).

    Args:
        have, wanted: covariances, n x n.
        least: added to the diagonal of ``have``: what is flatter is not spread without end.
        limits: between which the eigenvalues of A are held.
    """
    base = np.eye(len(have))
    values, axes = np.linalg.eigh(have + least * base)
    values = np.maximum(values, least)
    root, inverse = (axes * np.sqrt(values)) @ axes.T, (axes / np.sqrt(values)) @ axes.T
    values, axes = np.linalg.eigh(root @ (np.asarray(wanted, np.float64) + _WANTED_LEAST * base) @ root)
    matrix: Matrix = inverse @ ((axes * np.sqrt(np.maximum(values, 0))) @ axes.T) @ inverse
    if limits is not None:
        values, axes = np.linalg.eigh(matrix)
        matrix = (axes * np.clip(values, *limits)) @ axes.T
    return matrix


def colour_match(
    mean: NDArray[Any], covariance: NDArray[Any], to_mean: NDArray[Any], to_covariance: NDArray[Any]
) -> tuple[Matrix, Matrix]:
    """The map x -> A x + b, (3, 3) and (3,), that moves one Gaussian of sRGB colours in [0, 1] onto another."""
    matrix = monge(covariance, to_covariance, least=_LEAST)
    return matrix, np.asarray(to_mean, np.float64) - matrix @ mean
