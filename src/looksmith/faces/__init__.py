"""Faces in a photo: found, their mesh, their parts, who they are."""
