"""Networks that are made elsewhere, or hold still for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from torch import Tensor, nn

from looksmith.errors import LooksmithError


def embedding(target: str) -> Callable[[Tensor], Tensor]:
    """The frozen network that ``module:function`` makes.

    Raises:
        LooksmithError: it is not named so, or not there.
    """
    module, _, name = target.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, ValueError) as error:
        raise LooksmithError(
            "the face embedding cannot be loaded",
            where=f"--embedding {target}",
            expected="module:function of an installed package, which makes a network",
            got=str(error),
        ) from error
    if isinstance(made, nn.Module):
        made = made.eval().requires_grad_(False)
    return made  # type: ignore[no-any-return]


@contextmanager
def still(network: nn.Module, still: bool) -> Iterator[None]:
    """What is computed inside reaches no weight of the network, when it shall be still."""
    asked = [p for p in network.parameters() if still and p.requires_grad]
    for parameter in asked:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in asked:
            parameter.requires_grad_(True)
