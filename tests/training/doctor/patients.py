"""Small real trainings, and the faults that can be put into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, softplus

from looksmith.training.doctor.even_out import even_out

SIDE = 16
Fault = Callable[["Patient", int], None]
"""Called before every update, with the step."""


@cache
def pictures(seed: int, count: int, side: int = SIDE) -> Tensor:
    """Smooth coloured pictures, count x 3 x side x side in [0, 1]: each a palette and a few blobs of its own."""
    rng = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, 3, 4, 4, generator=rng)
    smooth = interpolate(coarse, (side, side), mode="bicubic", align_corners=False).clamp(0, 1)
    tint = torch.rand(count, 3, 1, 1, generator=rng)
    return (0.65 * smooth + 0.35 * tint).clamp(0, 1)


def warmed(x: Tensor) -> Tensor:
    """The other domain: warmer, with more contrast."""
    gain = torch.tensor([1.15, 0.95, 0.7])[:, None, None]
    return (0.5 + 1.2 * (x * gain - 0.45)).clamp(0, 1)


class Critic(nn.Module):
    """One number a picture."""

    def __init__(self, width: int = 12) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.LazyLinear(1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(2 * x - 1)[:, 0]


class Patient:
    """What all have: two updates a step, data by number, a fault."""

    updates = ("generator", "discriminator")
    seed, size, set_size = 0, 8, 96
    generator_rate, discriminator_rate = 4e-3, 1e-3

    def __init__(self, fault: Fault | None = None) -> None:
        torch.manual_seed(self.seed)
        self.fault = fault
        self.rate = 1.0
        self.loss_factor = 1.0
        self.cut_adversarial = False
        self.same = False
        self.generator, self.critic = self.make(), Critic()
        self.critic(torch.zeros(1, 3, *self.sides()))
        self.modules: Mapping[str, nn.Module] = {"generator": self.generator, "discriminator": self.critic}
        self.optimizers = {
            "generator": torch.optim.Adam(
                [{"params": self.generator.parameters(), "scale": self.generator_rate}], betas=(0.5, 0.99)
            ),
            "discriminator": torch.optim.Adam(
                [{"params": self.critic.parameters(), "scale": self.discriminator_rate}], betas=(0.5, 0.99)
            ),
        }
        self.knobs = {"identity": 1.0, "diversity": 1.0, "r1": 1.0, "variation": 1.0}

    def sides(self) -> tuple[int, int]:
        return SIDE, SIDE

    def make(self) -> nn.Module:
        raise NotImplementedError

    def real(self, numbers: Tensor) -> Tensor:
        return warmed(pictures(1, 256))[numbers % self.set_size]

    def unseen(self, numbers: Tensor) -> Tensor:
        return warmed(pictures(1, 256))[128 + numbers % 64]

    def drawn(self, step: int, offset: int = 0) -> Tensor:
        rng = torch.Generator().manual_seed(1000 * step + offset)
        return torch.randint(0, 4096, (self.size,), generator=rng)

    def batch(self, step: int) -> dict[str, Tensor]:
        return {"real": self.real(self.drawn(step)), **self.given(step)}

    def held_out(self, step: int) -> dict[str, Tensor]:
        return {"real": self.unseen(self.drawn(step, 7)), **self.given(step)}

    def given(self, step: int) -> dict[str, Tensor]:
        raise NotImplementedError

    def made(self, generator: nn.Module, batch: dict[str, Tensor]) -> Tensor:
        return generator(batch["input"])

    def other_terms(self, made: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        return {}

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        if name == "discriminator":
            with torch.no_grad():
                fake = self.made(self.generator, batch)
            real = fake if self.same else batch["real"]
            real = real.detach().requires_grad_(True)
            on_real, on_fake = self.critic(real), self.critic(fake)
            total = softplus(-on_real).mean() + softplus(on_fake).mean()
            slope = torch.autograd.grad(on_real.sum(), real, create_graph=True)[0]
            total = total + 0.5 * self.knobs["r1"] * slope.square().sum(dim=(1, 2, 3)).mean()
            right = {"real_right": (on_real > 0).float().mean(), "fake_right": (on_fake < 0).float().mean()}
            return {"total": total, **right}
        made = self.made(self.generator, batch)
        terms = {"adversarial": softplus(-self.critic(made.detach() if self.cut_adversarial else made)).mean()}
        terms |= self.other_terms(made, batch)
        total = sum(terms.values(), torch.zeros(())) + 0 * made.sum()
        return {"total": total * self.loss_factor, **terms}

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        made = self.made(modules["generator"], batch)
        shown = {"output": made, "real": batch["real"]}
        if "input" in batch and batch["input"].ndim == 4:
            shown["input"] = batch["input"]
        critic = modules["discriminator"]
        return {**shown, "score_real": critic(batch["real"]), "score_fake": critic(made)}

    def learning_rate(self, step: int) -> float:
        if self.fault is not None:
            self.fault(self, step)
        return self.rate


class Painter(nn.Module):
    """Input plus a correction, as logits."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1), nn.ReLU(), nn.Conv2d(16, 3, 3, 1, 1))
        self.sign = nn.Buffer(torch.ones(1, 3, 1, 1))
        self.sees = nn.Buffer(torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        x = self.sees * x + (1 - self.sees) * 0.5
        return (4 * self.sign * (x - 0.5) + self.layers(x)).sigmoid()


class Translation(Patient):
    """Unpaired translation with an identity-like term that keeps the picture."""

    def make(self) -> Painter:
        return Painter()

    def given(self, step: int) -> dict[str, Tensor]:
        return {"input": pictures(2, 128)[self.drawn(step, 1) % 128]}

    def other_terms(self, made: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"identity": self.knobs["identity"] * (made - batch["input"]).abs().mean()}


class Paired(Patient):
    """Paired translation: L1 and adversarial."""

    def make(self) -> Painter:
        return Painter()

    def given(self, step: int) -> dict[str, Tensor]:
        x = pictures(2, 128)[self.drawn(step, 1) % 128]
        return {"input": x, "target": warmed(x)}

    def other_terms(self, made: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"l1": 10 * (made - batch["target"]).abs().mean()}

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        return {**super().samples(batch, modules), "target": batch["target"]}


class Upsampler(nn.Module):
    """A code to a picture, by nearest neighbours and convolutions."""

    def __init__(self, code: int = 16) -> None:
        super().__init__()
        self.enter = nn.Linear(code, 24 * (SIDE // 4) ** 2)
        self.middle = nn.Conv2d(24, 12, 3, 1, 1)
        self.last = nn.Conv2d(12, 3, 3, 1, 1)
        self.hears = nn.Buffer(torch.ones(()))

    def forward(self, code: Tensor) -> Tensor:
        x = self.enter(self.hears * code).relu().view(len(code), 24, SIDE // 4, SIDE // 4)
        x = self.middle(interpolate(x, scale_factor=2.0)).relu()
        return self.last(interpolate(x, scale_factor=2.0)).sigmoid()


class FromNoise(Patient):
    """Pictures from noise; the code is drawn afresh each step."""

    def make(self) -> nn.Module:
        return Upsampler()

    def given(self, step: int) -> dict[str, Tensor]:
        return {"input": torch.randn(self.size, 16, generator=torch.Generator().manual_seed(step))}


class Transposed(Translation):
    """A translation through half the size and back, by transposed convolutions whose kernels are even at the start."""

    generator_rate = 1e-4

    def make(self) -> nn.Module:
        class Through(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.down = nn.Conv2d(3, 24, 4, 2, 1)
                self.up = nn.ConvTranspose2d(24, 12, 4, 2, 1)
                self.last = nn.ConvTranspose2d(12, 3, 3, 1, 1)

            def forward(self, x: Tensor) -> Tensor:
                return (4 * (x - 0.5) + self.last(self.up(self.down(x).relu()).relu())).sigmoid()

        network = Through()
        with torch.no_grad():
            network.last.weight *= 0.3
        even_out(network)
        return network


class Labelled(Patient):
    """A label decides the palette: bright or dark; the generator sees it beside the picture."""

    def make(self) -> nn.Module:
        class Steered(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.layers = nn.Sequential(nn.Conv2d(4, 16, 3, 1, 1), nn.ReLU(), nn.Conv2d(16, 3, 3, 1, 1))
                self.heeds = nn.Buffer(torch.ones(()))

            def forward(self, x: Tensor, label: Tensor) -> Tensor:
                plane = (self.heeds * (2 * label - 1))[:, None, None, None].expand(-1, 1, *x.shape[2:])
                return (4 * (x - 0.5) + self.layers(torch.cat([x, plane], 1))).sigmoid()

        return Steered()

    weight = 4.0

    def given(self, step: int) -> dict[str, Tensor]:
        numbers = self.drawn(step, 1)
        return {"input": pictures(2, 128)[numbers % 128], "label": (numbers % 2).float()}

    def made(self, generator: nn.Module, batch: dict[str, Tensor]) -> Tensor:
        return generator(batch["input"], batch["label"])

    def other_terms(self, made: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        wanted = batch["input"] + 0.25 * (batch["label"][:, None, None, None] - 0.5)
        return {"condition": self.weight * (made.mean(dim=(2, 3)) - wanted.mean(dim=(2, 3))).abs().mean()}

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        other = modules["generator"](batch["input"], 1 - batch["label"])
        return {**super().samples(batch, modules), "other": other}


class Fitting:
    """One loss: a network learns a colour map."""

    def __init__(self, fault: Callable[[Fitting, int], None] | None = None) -> None:
        torch.manual_seed(0)
        self.fault, self.rate, self.sign = fault, 5e-3, 1.0
        self.generator = nn.Sequential(nn.Conv2d(3, 16, 1), nn.ReLU(), nn.Conv2d(16, 3, 1), nn.Sigmoid())
        self.modules: Mapping[str, nn.Module] = {"generator": self.generator}
        self.optimizers = {"adam": torch.optim.Adam(self.generator.parameters())}

    def batch(self, step: int) -> Tensor:
        rng = torch.Generator().manual_seed(step)
        return pictures(2, 128)[torch.randint(0, 128, (12,), generator=rng)]

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        return {"total": self.sign * (self.generator(batch) - warmed(batch)).square().mean()}

    def samples(self, batch: Tensor, modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        return {"output": modules["generator"](batch), "input": batch, "target": warmed(batch)}

    def learning_rate(self, step: int) -> float:
        if self.fault is not None:
            self.fault(self, step)
        return self.rate
