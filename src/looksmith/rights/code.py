"""Error correction for the invisible mark: 32 bits, a 24-bit checksum, and a convolutional code read softly.

The code is the rate 1/3, constraint length 7 code of the generators 133, 171 and 165 (octal; Proakis, Digital
Communications, table 8.2-2), ended with six zeros and decoded by the Viterbi algorithm (Viterbi 1967).  The checksum is
that of OpenPGP (RFC 9580, section 6.1), so that a picture without a mark passes for a marked one about once in
17 million times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PAYLOAD = 32
CHECK = 24
MEMORY = 6
GENERATORS = (0o133, 0o171, 0o165)
LENGTH = (PAYLOAD + CHECK + MEMORY) * len(GENERATORS)
"""Bits of a code word: 186."""


def encode(payload: int) -> NDArray[np.int8]:
    """A 32-bit number as a code word of :data:`LENGTH` values -1 or 1.

    Raises:
        ValueError: it is not a 32-bit number.
    """
    if not 0 <= payload < 1 << PAYLOAD:
        raise ValueError(f"payload: expected 0 to {(1 << PAYLOAD) - 1}, got {payload}")
    whole = payload << CHECK | _checksum(payload)
    bits = [whole >> shift & 1 for shift in range(PAYLOAD + CHECK - 1, -1, -1)] + [0] * MEMORY
    state, out = 0, []
    for bit in bits:
        window = bit << MEMORY | state
        out += [2 * ((window & generator).bit_count() & 1) - 1 for generator in GENERATORS]
        state = window >> 1
    return np.array(out, np.int8)


def decode(soft: NDArray[np.floating]) -> int | None:
    """The payload whose code word is nearest; None when its checksum does not hold.

    Args:
        soft: :data:`LENGTH` numbers, positive for 1, the larger the surer.
    """
    steps = np.asarray(soft, np.float64).reshape(-1, len(GENERATORS))
    metric = np.full(1 << MEMORY, -np.inf)
    metric[0] = 0.0
    came = np.empty((len(steps), 1 << MEMORY), np.int64)
    into = np.arange(1 << MEMORY)
    # The state holds the last six bits, the newest on top: it is reached from two states that differ in their lowest.
    sources = (into << 1) & ((1 << MEMORY) - 1)
    for index, values in enumerate(steps):
        gains = _OUTPUTS @ values  # of every window of seven bits
        options = [metric[sources | low] + gains[(into >> (MEMORY - 1)) << MEMORY | sources | low] for low in (0, 1)]
        better = options[1] > options[0]
        metric = np.where(better, options[1], options[0])
        came[index] = sources | better
    state, bits = 0, []
    for index in range(len(steps) - 1, -1, -1):
        bits.append(int(state >> (MEMORY - 1)))
        state = int(came[index, state])
    bits = bits[::-1][: PAYLOAD + CHECK]
    whole = int("".join(map(str, bits)), 2)
    payload = whole >> CHECK
    return payload if whole & ((1 << CHECK) - 1) == _checksum(payload) else None


def _checksum(payload: int) -> int:
    crc = 0xB704CE
    for byte in payload.to_bytes(PAYLOAD // 8, "big"):
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


_OUTPUTS = np.array(
    [[2 * ((window & g).bit_count() & 1) - 1 for g in GENERATORS] for window in range(2 << MEMORY)], np.float64
)
