"""The facet ``makeup``: layers on the canonical face."""

from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.makeup.layers import LAYERS, MakeupState

__all__ = ["LAYERS", "Makeup", "MakeupState"]
