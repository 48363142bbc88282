"""A three-dimensional colour table: applied to pixels quickly, written as a ``.cube`` file.

Between the nodes colours are interpolated trilinearly; outside [0, 1] there is nothing, as pixels never are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from looksmith.errors import UnreadableError
from looksmith.media.strips import in_strips

_STRIP = 1 << 20  # pixels in a strip of rows
_PIECE = 1 << 14  # pixels of 16 bits that are looked up at a time
_DITHER = ((-3, 1), (3, -1))  # eighths of an input level, by row and column parity (Bayer 1973)


@dataclass(frozen=True)
class Lut:
    """A colour table of ``size``^3 nodes.

    Attributes:
        table: size x size x size x 3 float32 in [0, 1], indexed [blue, green, red], holding R, G, B.
    """

    table: NDArray[np.float32]

    @property
    def size(self) -> int:
        return int(self.table.shape[0])

    def steepest(self) -> float:
        """The largest change of any output channel for a change of one input channel (identity: 1)."""
        steps = [np.abs(np.diff(self.table, axis=axis)).max() for axis in range(3)]
        return float(max(steps)) * (self.size - 1)


def identity_nodes(size: int) -> NDArray[np.float32]:
    """The nodes themselves: size x size x size x 3 float32, indexed [blue, green, red]."""
    line = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(line, line, line, indexing="ij")
    return np.stack([red, green, blue], axis=-1)


def apply_lut(
    lut: Lut, pixels: NDArray[np.uint8] | NDArray[np.uint16], *, dither: bool | None = None
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Look every pixel up: H x W x 3 uint8 or uint16 -> the same shape and dtype.

    ``dither``: shift 8-bit input by up to 3/8 of a level in a fixed 2 x 2 pattern, so that a steep table spreads its
    steps over neighbours instead of showing bands.  None: only when the table is steep (two output levels or more for
    one input level) along grey.  The result at a pixel depends on its own colour and place parity alone.
    """
    out = np.empty_like(pixels, order="C")
    height, width = pixels.shape[:2]
    if pixels.dtype == np.uint16:
        planes = _planes(lut)

        def look_up(strip: slice) -> None:
            _apply16(planes, lut.size, pixels[strip], out[strip])

    elif dither or (dither is None and _steep_along_grey(lut)):
        amount = min(1.0, 8.0 / 3.0 / max(lut.steepest(), 1e-6)) / 8.0 / 255.0
        filters = [[_filter(_shifted(lut, amount * cell)) for cell in row] for row in _DITHER]

        def look_up(strip: slice) -> None:
            for y in (0, 1):
                for x in (0, 1):
                    part = np.ascontiguousarray(pixels[strip][y::2, x::2])
                    if part.size:
                        out[strip][y::2, x::2] = np.asarray(Image.fromarray(part).filter(filters[y][x]))

    else:
        plain = _filter(lut)

        def look_up(strip: slice) -> None:
            part = np.ascontiguousarray(pixels[strip])
            out[strip] = np.asarray(Image.fromarray(part).filter(plain))

    in_strips(look_up, height, width, pixels=_STRIP, multiple=2)
    return out


def _filter(lut: Lut) -> ImageFilter.Color3DLUT:
    """Pillow's lookup, which keeps 1/64 of an 8-bit level."""
    flat = np.ascontiguousarray(lut.table, np.float32).ravel()
    return ImageFilter.Color3DLUT(lut.size, flat, _copy_table=False)


def _steep_along_grey(lut: Lut) -> bool:
    grey = lut.table[np.arange(lut.size), np.arange(lut.size), np.arange(lut.size)]
    return float(np.abs(np.diff(grey, axis=0)).max()) * (lut.size - 1) >= 2.0


def _shifted(lut: Lut, shift: float) -> Lut:
    """The table as seen by input that is ``shift`` brighter; the ends of the range stay."""
    nodes = np.clip(identity_nodes(lut.size)[1:-1, 1:-1, 1:-1] + np.float32(shift), 0, 1)
    table = lut.table.copy()
    table[1:-1, 1:-1, 1:-1] = sample(lut, nodes)
    return Lut(table)


def sample(lut: Lut, rgb: NDArray[np.floating]) -> NDArray[np.float32]:
    """Trilinear lookup in float: ... x 3 in [0, 1] -> ... x 3 float32.  The reference the fast paths are tested by."""
    last = lut.size - 1
    at = np.clip(np.asarray(rgb, np.float64), 0, 1) * last
    low = np.minimum(np.floor(at).astype(np.intp), last - 1)
    f = (at - low)[..., None]
    r, g, b = low[..., 0], low[..., 1], low[..., 2]
    out = np.zeros(at.shape)
    for dr in (0, 1):
        for dg in (0, 1):
            for db in (0, 1):
                wr = f[..., 0, :] if dr else 1 - f[..., 0, :]
                wg = f[..., 1, :] if dg else 1 - f[..., 1, :]
                wb = f[..., 2, :] if db else 1 - f[..., 2, :]
                out += wr * wg * wb * lut.table[b + db, g + dg, r + dr]
    return out.astype(np.float32)


def _planes(lut: Lut) -> NDArray[np.float32]:
    """Red, green and blue of the nodes apart, at the full scale of 16 bits: 3 x size^3."""
    return np.ascontiguousarray(lut.table.reshape(-1, 3).T * np.float32(65535))


def _apply16(planes: NDArray[np.float32], size: int, pixels: NDArray[Any], out: NDArray[Any]) -> None:
    """Trilinear, in pieces that stay in the cache: for each channel the eight corners of the cell, then seven lines."""
    offsets = [blue * size * size + green * size + red for blue in (0, 1) for green in (0, 1) for red in (0, 1)]
    rows = max(1, _PIECE // max(1, pixels.shape[1]))
    for top in range(0, pixels.shape[0], rows):
        piece = pixels[top : top + rows].reshape(-1, 3)
        at = piece.T.astype(np.float32, order="C")
        at *= np.float32((size - 1) / 65535.0)
        low = np.minimum(at.astype(np.int32), size - 2)
        at -= low
        red, green, blue = at
        cell = (low[2] * size + low[1]) * size + low[0]
        into = out[top : top + rows].reshape(-1, 3)  # a view: strips of ``out`` hold whole rows
        for channel in range(3):
            corner = [planes[channel, offset:].take(cell, mode="clip") for offset in offsets]
            for share in (red, green, blue):
                corner = [_between(a, b, share) for a, b in zip(corner[::2], corner[1::2], strict=True)]
            np.rint(corner[0], out=corner[0])
            into[:, channel] = corner[0]


def _between(start: NDArray[np.float32], end: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """From ``start`` the share of the way to ``end``, in the memory of ``end``."""
    end -= start
    end *= share
    end += start
    return end


def write_cube(lut: Lut, title: str) -> str:
    """The table as the text of a ``.cube`` file (Adobe, Cube LUT Specification 1.0): red runs fastest."""
    clean = "".join(c for c in title if c.isprintable() and c != '"')
    lines = [f'TITLE "{clean}"', f"LUT_3D_SIZE {lut.size}", "DOMAIN_MIN 0.0 0.0 0.0", "DOMAIN_MAX 1.0 1.0 1.0"]
    lines += [f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in lut.table.reshape(-1, 3).tolist()]
    return "\n".join(lines) + "\n"


def read_cube(text: str) -> Lut:
    """Read a 3D ``.cube`` text with the domain 0 to 1, of 2 to 129 nodes a side.

    Raises:
        UnreadableError: another size or domain, or a table that is not complete.
    """
    size, rows = 0, []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#") or words[0] == "TITLE":
            continue
        try:
            if words[0] == "LUT_3D_SIZE":
                size = int(words[1])
                if not 2 <= size <= 129:
                    raise UnreadableError("too large or too small", where="cube", expected="2 to 129", got=size)
            elif words[0] in ("DOMAIN_MIN", "DOMAIN_MAX"):
                if [float(w) for w in words[1:]] != [float(words[0] == "DOMAIN_MAX")] * 3:
                    raise UnreadableError("cannot use this domain", where=f"cube line {number}", expected="0 to 1")
            else:
                red, green, blue = (float(w) for w in words)
                rows.append((red, green, blue))
        except (ValueError, IndexError):
            raise UnreadableError("not a line of a cube", where=f"cube line {number}", got=line[:60]) from None
        if len(rows) > max(size, 2) ** 3:
            break
    if size == 0 or len(rows) != size**3:
        raise UnreadableError("not a whole 3D table", where="cube", expected=f"{size**3} rows", got=len(rows))
    table = np.asarray(rows, np.float32)
    if not np.isfinite(table).all():
        raise UnreadableError("holds values that are not numbers", where="cube")
    return Lut(table.reshape(size, size, size, 3))
