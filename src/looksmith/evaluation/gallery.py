"""One photo in many looks as a single page: no outside resources, opens from the disk, English and Chinese."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from looksmith.media.photo import Photo
from looksmith.media.write import encode_photo


@dataclass(frozen=True)
class Exhibit:
    """One picture of the gallery.

    Attributes:
        name: of the look.
        title: by language (``en``, ``zh``).
        kind: ``painting`` or ``grade``; the page shows each in a part of its own.
        photo: the photo in this look, of the size of the original.
        seconds: that it took.
        words: a line about the look.
        after: what it was learned from, in words.
        swatches: colours of the look, sRGB hex.
    """

    name: str
    title: dict[str, str]
    kind: str
    photo: Photo
    seconds: float
    words: str = ""
    after: str = ""
    swatches: tuple[str, ...] = ()


def gallery(original: Photo, exhibits: Sequence[Exhibit], *, credit: str, version: str) -> str:
    """The page, HTML with every picture inside.

    Args:
        original: the photo that the looks were applied to.
        exhibits: in the order to show them.
        credit: whose photo it is, for the foot of the page.
        version: of the product.
    """
    template = Template((files(__package__) / "gallery.html").read_text(encoding="utf-8"))
    parts, shown = [], []
    for kind, english, chinese in (("painting", "Painted", "绘画"), ("grade", "Graded", "调色")):
        of_kind = [exhibit for exhibit in exhibits if exhibit.kind == kind]
        figures = [_figure(exhibit) for exhibit in of_kind]
        shown += of_kind
        if figures:
            heading = f"<h2>{_both(english, chinese)} <small>{len(figures)}</small></h2>"
            parts.append(f'<section>{heading}<div class="grid">{"".join(figures)}</div></section>')
    return template.substitute(
        original=_data(original),
        ratio=f"{original.width} / {original.height}",
        first=html.escape(shown[0].name) if shown else "",
        sections="".join(parts),
        credit=html.escape(credit),
        version=html.escape(version),
        count=len(shown),
        seconds=f"{sum(exhibit.seconds for exhibit in exhibits):.1f}",
        size=f"{original.width} × {original.height}",
    )


def _figure(exhibit: Exhibit) -> str:
    english = exhibit.title.get("en") or exhibit.name
    chinese = exhibit.title.get("zh") or english
    name = html.escape(exhibit.name)
    return (
        f'<figure id="look-{name}" data-name="{name}" tabindex="0" role="button" data-en="{html.escape(english)}"'
        f' data-zh="{html.escape(chinese)}" data-words="{html.escape(exhibit.words)}"'
        f' data-after="{html.escape(exhibit.after)}" data-swatches="{html.escape(" ".join(exhibit.swatches))}">'
        f'<img src="{_data(exhibit.photo)}" alt="{html.escape(english)}" loading="lazy">'
        f"<figcaption><b>{_both(html.escape(english), html.escape(chinese))}</b>"
        f"<code>{name}</code><span>{exhibit.seconds:.2f} s</span></figcaption></figure>"
    )


def _both(english: str, chinese: str) -> str:
    return f'<span lang="en">{english}</span><span lang="zh">{chinese}</span>'


def _data(photo: Photo) -> str:
    data = encode_photo(photo, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(data).decode("ascii")
