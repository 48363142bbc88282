"""PatchGAN (Isola et al. 2017): a score for every patch of a picture instead of one for the whole."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from looksmith.training.networks.layers import Norm, initialise, normalisation, scaled


class PatchDiscriminator(nn.Module):
    """Pictures, N x C x H x W, to a map of scores, N x 1 x h x w; higher is more real.

    With the defaults its patches are 70 x 70 and it has 2.765 M parameters, as in CycleGAN.

    Args:
        inward: channels; 6 for a pair of input and output (pix2pix).
        width: channels of the first layer, doubled layer by layer, at most eight times as many.
        layers: strided convolutions: patches of 16, 34, 70, 142 pixels for 1, 2, 3, 4.
        norm: behind all but the first; "none" goes well with ``spectral`` and with R1.
        spectral: spectral normalisation of every convolution.
        start: the mean score at the beginning, best the one between real and made: a normalised network takes long to
            move there.
    """

    def __init__(
        self,
        inward: int = 3,
        width: int = 64,
        layers: int = 3,
        norm: Norm = "instance",
        spectral: bool = False,
        start: float = 0.0,
    ) -> None:
        super().__init__()
        self.patch = _patch(layers)
        body: list[nn.Module] = [scaled(nn.Conv2d(inward, width, 4, 2, 1), spectral), nn.LeakyReLU(0.2, inplace=True)]
        channels = width
        for k in range(1, layers + 1):
            wider = width * min(2**k, 8)
            # Instance normalisation without its own scale, as in CycleGAN; a bias is idle before batch normalisation.
            body += [
                scaled(nn.Conv2d(channels, wider, 4, 2 if k < layers else 1, 1, bias=norm != "batch"), spectral),
                normalisation(norm, wider, affine=False),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            channels = wider
        body.append(scaled(nn.Conv2d(channels, 1, 4, 1, 1), spectral))
        self.body = nn.Sequential(*body)
        initialise(self)
        last: Any = self.body[-1]
        nn.init.constant_(last.bias, start)

    def forward(self, picture: Tensor) -> Tensor:
        scores: Tensor = self.body(picture)
        return scores


def _patch(layers: int) -> int:
    """Side of the patch that one score sees, from the last layer back."""
    side = 1
    for stride in (1, 1, *[2] * layers):
        side = (side - 1) * stride + 4
    return side
