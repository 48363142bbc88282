"""``looksmith learn --deep``: a painter of the look's own."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

from looksmith.cli import pictures, report
from looksmith.cli.language import say
from looksmith.cli.train import needs_train_extra
from looksmith.errors import LooksmithError
from looksmith.looks.from_material import stock_of


class OwnPainter:
    """Trains it, beside the output, and says what came of it.

    Args:
        sources: the material, as given on the command line.
        output: where the look will be; checkpoints are kept beside it until it is written, so that the same command
            goes on where it was interrupted.
        photos: photos such as the look will be applied to; without them the material itself is painted.
        minutes: how long at most.

    Attributes:
        told: what came of it, for ``--json``.

    Raises:
        LooksmithError: the material or the look comes through a pipe.
    """

    def __init__(self, sources: list[Path], output: Path, photos: list[Path], minutes: float) -> None:
        if pictures.PIPE in (output, *sources):
            raise LooksmithError(say("--deep needs files, not a pipe"), where="--deep")
        self.sources, self.photos, self.minutes = tuple(sources), tuple(photos), minutes
        self.folder = output.with_name(output.name + ".training")
        self.told: dict[str, Any] = {}

    def __call__(self, state: Any) -> Any:
        """The texture's state with a painter of its own; as it was when that does not beat it."""
        with needs_train_extra():
            from looksmith.training.data.pictures import find_pictures
            from looksmith.training.recipes.deep import DeepRecipe, Judgement, deepen
        if not self.photos:
            report.err().print(say("No --photos were given: the material itself is painted, which teaches less."))
        stock = stock_of(list(self.sources))
        styles = self.sources if stock is None else stock.files("train")
        count = len(find_pictures(styles, 0.0))
        recipe = DeepRecipe(
            styles=styles,
            checked=() if stock is None else stock.files("val"),
            photos=self.photos or styles,
            photo_crops=max(2, min(12, 48 // max(1, count))) if not self.photos else 2,
            style_views=max(2, min(12, 24 // max(1, count))),
            minutes=self.minutes,
        )
        with report.progress(say("Training a painter of its own")) as bar:

            def told(step: int, steps: int, now: Judgement) -> None:
                bar(step, steps)
                report.err().print(
                    say("{step} of {steps}: style distance {style:.3f}, content distance {content:.3f}",
                        step=step, steps=steps, style=now.style, content=now.content),
                    style="dim",
                )  # fmt: skip

            made = deepen(state, recipe, self.folder, on_round=told)
        self.told = {
            "kept": made.kept, "share": made.share, "steps": made.steps, "seconds": round(made.seconds, 1),
            "quick": dataclasses.asdict(made.quick), "deep": dataclasses.asdict(made.deep),
        }  # fmt: skip
        words = (
            say("A painter of its own is kept: style distance {quick:.3f} → {deep:.3f} at the same content.",
                quick=made.quick.style, deep=made.deep.style)
            if made.kept
            else say("A painter of its own did not beat the quick look ({quick:.3f}, {deep:.3f}) and is not kept.",
                     quick=made.quick.style, deep=made.deep.style)
        )  # fmt: skip
        report.err().print(words)
        return made.state

    def clear(self) -> None:
        """Remove the checkpoints; the look is written."""
        shutil.rmtree(self.folder, ignore_errors=True)
