"""The translating generators and the patch discriminator: reference sizes, light ones, no checkerboard."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch import nn  # noqa: E402

from looksmith.training.networks.conditional import ConditionalGenerator, StyleEncoder  # noqa: E402
from looksmith.training.networks.embedding import still  # noqa: E402
from looksmith.training.networks.fast import FastGenerator  # noqa: E402
from looksmith.training.networks.layers import ResizeConvolution, around, parameter_count  # noqa: E402
from looksmith.training.networks.patch import PatchDiscriminator  # noqa: E402
from looksmith.training.networks.resnet import ResNetGenerator  # noqa: E402
from looksmith.training.networks.unet import LightUNet, UNetGenerator  # noqa: E402

LIGHT = {
    "resnet": lambda: ResNetGenerator(32, 6, light=True, skip=True),
    "unet": lambda: LightUNet(24, 4),
    "fast": FastGenerator,
    "conditional": lambda: ConditionalGenerator(24),
}


def test_reference_sizes_are_those_of_the_papers() -> None:
    assert parameter_count(ResNetGenerator()) == 11_378_179
    assert parameter_count(PatchDiscriminator()) == 2_764_737
    assert parameter_count(UNetGenerator()) == 54_413_955


@pytest.mark.parametrize("name", LIGHT)
def test_light_ones_are_light(name: str) -> None:
    assert parameter_count(LIGHT[name]()) <= 1_500_000


def test_the_fast_generator_has_three_hundred_thousand_and_johnsons_1_7_million() -> None:
    assert 250_000 <= parameter_count(FastGenerator()) <= 350_000
    assert parameter_count(FastGenerator((32, 64, 128))) == 1_679_235


@pytest.mark.parametrize(
    "network",
    [ResNetGenerator(8, 1), ResNetGenerator(8, 1, light=True, skip=True), UNetGenerator(4, 5), LightUNet(8, 3, 1)],
    ids=["resnet", "light resnet", "unet", "light unet"],
)
def test_pictures_of_any_fitting_size_go_through_and_every_weight_is_reached(network: nn.Module) -> None:
    x = torch.rand(2, 3, 2 * network.multiple, 3 * network.multiple) * 2 - 1
    if x.shape[2] < 16:
        x = x.repeat(1, 1, 2, 2)
    out = network(x)
    assert out.shape == x.shape and float(out.detach().abs().max()) <= 1
    out.square().mean().backward()
    idle = [n for n, p in network.named_parameters() if p.grad is None or not torch.isfinite(p.grad).all()]
    assert not idle


def _spectrum_at_half(picture: torch.Tensor) -> float:
    """Power at the frequencies of one half, where checkerboards show, against the power of all but the mean."""
    power = torch.fft.fft2(picture.double()).abs().square().mean((0, 1))
    half = power.shape[0] // 2
    power[0, 0] = 0
    return float((power[half, half] + power[half, 0] + power[0, half]) / (power.sum() + 1e-30))


def test_no_checkerboard_can_arise() -> None:
    """A flat picture through random weights: transposed convolutions weave, resize-convolutions stay flat."""
    torch.manual_seed(0)
    flat = torch.full((1, 8, 16, 16), 0.7)
    for light, smooth in ((False, False), (True, False), (False, True)):
        made = ResizeConvolution(8, 8, light, smooth)(flat).detach()
        assert float((made - made.mean((2, 3), keepdim=True)).abs().max()) < 1e-5
    woven = nn.ConvTranspose2d(8, 8, 3, 2, 1, 1)(flat).detach()[:, :, 8:24, 8:24]
    assert _spectrum_at_half(woven) > 0.5
    grey = torch.full((1, 3, 32, 32), 0.2)
    for network in (ResNetGenerator(8, 2), ResNetGenerator(8, 2, light=True), LightUNet(8, 3)):
        made = network(grey).detach()
        assert float((made - made.mean((2, 3), keepdim=True)).abs().max()) < 1e-4, type(network).__name__


def test_the_transposed_unet_does_weave_and_is_known_to() -> None:
    torch.manual_seed(0)
    network = UNetGenerator(8, 4).eval()
    made = network(torch.full((1, 3, 64, 64), 0.2)).detach()[:, :, 16:48, 16:48]
    assert float((made - made.mean((2, 3), keepdim=True)).abs().max()) > 1e-4, "if not, say so in the recipe's help"


def test_around_begins_at_the_picture() -> None:
    x = torch.linspace(-1, 1, 12).view(1, 3, 2, 2)
    torch.testing.assert_close(around(x, torch.zeros_like(x)), 0.98 * x, atol=1e-5, rtol=0)
    assert (around(x, torch.ones_like(x)) > around(x, torch.zeros_like(x))).all()
    network = ResNetGenerator(16, 2, light=True, skip=True)
    picture = torch.rand(1, 3, 32, 32) * 1.8 - 0.9
    assert float((network(picture) - picture).detach().abs().mean()) < 0.1


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_patch_sees_what_it_says(layers: int) -> None:
    """The gradient of one score reaches exactly ``patch`` pixels each way."""
    network = PatchDiscriminator(3, 4, layers, norm="none")
    x = torch.randn(1, 3, 192, 192, requires_grad=True)
    scores = network(x)
    middle = scores.shape[2] // 2
    scores[0, 0, middle, middle].backward()
    rows = (x.grad.abs().sum((0, 1, 3)) > 0).nonzero()
    assert int(rows.max() - rows.min() + 1) == network.patch == {1: 16, 2: 34, 3: 70}[layers]


def test_a_patch_discriminator_begins_between_real_and_made() -> None:
    scores = PatchDiscriminator(3, 8, 2, norm="none", spectral=True, start=0.5)(torch.randn(2, 3, 64, 64) * 0.1)
    assert float(scores.mean().detach()) == pytest.approx(0.5, abs=0.1)


def test_a_network_holds_still_only_inside() -> None:
    layer = nn.Linear(2, 1)
    x = torch.ones(1, 2, requires_grad=True)
    with still(layer, True):
        made = layer(x)
    (made + layer(torch.zeros(1, 2))).sum().backward()
    assert float(layer.weight.grad.abs().sum()) == 0 and float(layer.bias.grad) == 1 and x.grad is not None


def test_spectral_normalisation_holds_the_largest_singular_value() -> None:
    torch.manual_seed(0)
    network = PatchDiscriminator(3, 8, 2, norm="none", spectral=True)
    for _ in range(30):
        network(torch.randn(1, 3, 64, 64))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            largest = np.linalg.svd(module.weight.detach().flatten(1).numpy(), compute_uv=False)[0]
            assert largest == pytest.approx(1, abs=0.1)


def test_a_code_changes_the_picture_and_a_condition_the_code() -> None:
    torch.manual_seed(0)
    generator, encoder = ConditionalGenerator(8, style=16, middle=1), StyleEncoder(32, 16, 16, condition=4)
    nn.init.normal_(generator.last.weight, 0, 0.1)
    x = torch.rand(2, 3, 32, 32) * 2 - 1
    one, two = torch.randn(2, 16), torch.randn(2, 16)
    assert float((generator(x, one) - generator(x, two)).detach().abs().mean()) > 1e-3
    a, b = torch.eye(4)[[0, 0]], torch.eye(4)[[1, 1]]
    assert not torch.allclose(encoder(x, a), encoder(x, b))
    (generator(x, one).square().mean() + encoder(x, a).square().mean()).backward()
    for network in (generator, encoder):
        assert not [n for n, p in network.named_parameters() if p.grad is None]


def test_a_labels_prototype_is_where_its_pictures_differ() -> None:
    torch.manual_seed(0)
    generator = ConditionalGenerator(8, style=16, middle=1, labels=2, side=8)
    nn.init.zeros_(generator.last.weight)
    rng, vectors = np.random.default_rng(0), np.eye(2, dtype=np.float32)[[0, 0, 0, 1]]
    pictures = rng.integers(0, 200, (4, 8, 8, 3), np.uint8)
    pictures[:3, :, 2:6] = 250
    generator.begin(list(pictures), vectors)
    unit = (pictures + pictures[:, :, ::-1].astype(float)) / 255 - 1
    apart = (unit[:3].mean(0) - unit[3]) / 2
    np.testing.assert_allclose(generator.prototypes.permute(0, 2, 3, 1).numpy(), [apart, -apart], atol=1e-5)
    grey, code, asked = torch.zeros(2, 3, 16, 24), torch.randn(2, 16), torch.eye(2)
    made = generator(grey, code, asked).detach()
    assert float(made[0, :, :, 8:16].mean()) > 0.1 and float(made[1, :, :, 8:16].mean()) < -0.1
    blend = generator(grey[:1], code[:1], torch.full((1, 2), 0.5)).detach()
    assert float(blend.abs().max()) < 1e-5, "what both are is no change"
    with pytest.raises(ValueError, match="expected a condition"):
        generator(grey, code)


def test_impossible_sizes_are_told() -> None:
    with pytest.raises(ValueError, match="as many channels in as out"):
        ResNetGenerator(8, 1, skip=True, inward=1)
    with pytest.raises(ValueError, match="downs"):
        UNetGenerator(8, 1)
