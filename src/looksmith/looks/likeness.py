"""The creator's own face in a look, as numbers and with consent: so that nobody is made to look like them."""

from __future__ import annotations

import base64
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from looksmith.errors import LooksmithError, RefusedError
from looksmith.faces import identity
from looksmith.looks.scene import Scene
from looksmith.media.photo import Photo
from looksmith.rights.consent import Consent

FACET = "likeness"
"""What a grant names, among the biometric facets, to allow it."""


class Likeness(BaseModel):
    """An embedding as written in a look; it draws nobody, and serves to say "too close".

    Attributes:
        network: SHA-256 (hex) of the network that made it: another network's numbers say nothing here.
        vector: 128 float16 in base64.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    network: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    vector: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{342}==$")]


def likeness_of(photo: Photo, consent: Consent) -> Likeness:
    """The creator's likeness from one picture of them alone.

    Raises:
        RefusedError: the creator did not agree: the material is not declared their own, and no grant names it.
        LooksmithError: there is not one face in the picture, or a network is missing.
    """
    granted = bool(consent.grants) and FACET in consent.grants[0].covered
    if consent.kind != "own" and not granted:
        raise RefusedError(
            "a creator's face is kept in a look only with their consent",
            where=photo.source,
            expected=f"--own, or a grant that names {FACET} among its biometric facets",
            got=consent.kind,
            hint=f"looksmith consent request --facets {FACET}",
        )
    scene = Scene(photo)
    if len(scene.faces) != 1:
        raise LooksmithError(
            "this is not a picture of the creator alone", where=photo.source, expected="one face", got=len(scene.faces)
        )
    return written(scene.embeddings[0], identity.network_digest())


def written(embedding: identity.Embedding, network: str) -> Likeness:
    """An embedding as a look keeps it."""
    return Likeness(network=network, vector=base64.b64encode(embedding.astype("<f2").tobytes()).decode())


def read(likeness: Likeness) -> identity.Embedding | None:
    """The embedding, of length 1; None where the installed network is not the one that made it.

    Raises:
        LooksmithError: the numbers are none.
    """
    if not identity.installed() or identity.network_digest() != likeness.network:
        return None
    vector = np.frombuffer(base64.b64decode(likeness.vector), "<f2").astype(np.float32)
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length < 0.5:
        raise LooksmithError("the creator's likeness is damaged", where="look.json: likeness")
    return np.asarray(vector / length, np.float32)
