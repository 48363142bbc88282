"""Faces in a photo: found, their mesh, their parts, who they are."""

from looksmith.faces.analyse import analyse
from looksmith.faces.face import Face, Pose

__all__ = ["Face", "Pose", "analyse"]
