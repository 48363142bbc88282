"""The image pool (Shrivastava et al. 2017; as in CycleGAN): the discriminator sees some of the generator's past."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ImagePool(nn.Module):
    """Keeps made pictures, as 8-bit values, and hands out old ones instead of half of the new.

    Its pictures are buffers: a checkpoint holds them, and a resumed run goes on with the same ones.

    Args:
        capacity: how many pictures are kept; 0 gives back what comes.
        channels, size: of a picture.
    """

    pictures: Tensor
    filled: Tensor

    def __init__(self, capacity: int, channels: int, size: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(capacity, channels, size, size, dtype=torch.uint8))
        self.register_buffer("filled", torch.zeros((), dtype=torch.long))

    @torch.no_grad()
    def swap(self, made: Tensor, generator: torch.Generator) -> Tensor:
        """N x C x H x W in [-1, 1]: each picture itself, or, once the pool is full, one of the past half of the time.

        Args:
            made: what the generator made; it asks for no gradient afterwards.
            generator: of the random numbers, on the CPU.
        """
        if len(self.pictures) == 0:
            return made.detach()
        given = []
        for picture in made.detach():
            kept = ((picture.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
            count = int(self.filled)
            if count < len(self.pictures):
                self.pictures[count] = kept
                self.filled += 1
                given.append(picture)
            elif float(torch.rand((), generator=generator)) < 0.5:
                place = int(torch.randint(count, (), generator=generator))
                given.append((self.pictures[place].to(picture) / 127.5 - 1).clone())
                self.pictures[place] = kept
            else:
                given.append(picture)
        return torch.stack(given)
