"""The generator from noise: modulation against its definition, truncation, mixing, noise, the discriminator."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch.nn.functional import conv2d  # noqa: E402

from looksmith.training.networks.layers import parameter_count  # noqa: E402
from looksmith.training.networks.stylegan import (  # noqa: E402
    EqualConv2d,
    EqualLinear,
    ModulatedConv2d,
    StyleDiscriminator,
    StyleGenerator,
    channels,
)


def _small(**more: int) -> StyleGenerator:
    torch.manual_seed(0)
    generator = StyleGenerator(16, 16, noise=8, style=12, layers=2, **more)
    for layer in generator.synthesis.layers:
        torch.nn.init.constant_(layer.strength, 0.3)
    return generator


def test_modulation_is_that_of_weights_made_for_each_picture() -> None:
    """StyleGAN2's definition: w' = s w, w'' = w' / sqrt(sum w'^2 + eps), one convolution a picture."""
    torch.manual_seed(1)
    layer = ModulatedConv2d(5, 7, 3, style=4)
    x, style = torch.randn(3, 5, 8, 8), torch.randn(3, 4)
    scales = layer.affine(style)
    for n in range(3):
        weight = layer.weight * layer.scale * scales[n][None, :, None, None]
        weight = weight / (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        wanted = conv2d(x[n : n + 1], weight, padding=1)
        torch.testing.assert_close(layer(x, style)[n : n + 1], wanted, atol=1e-4, rtol=1e-4)


def test_equalised_layers_keep_deviation() -> None:
    torch.manual_seed(0)
    for layer, x in (
        (EqualLinear(256, 256), torch.randn(64, 256)),
        (EqualConv2d(64, 64, 3), torch.randn(4, 64, 16, 16)),
    ):
        assert float(layer(x).std().detach()) == pytest.approx(1, abs=0.15)
    slow = EqualLinear(256, 256, bias=0.5, rate=0.01)
    assert float(slow(torch.randn(64, 256)).std().detach()) == pytest.approx(1, abs=0.15)
    assert float(slow(torch.zeros(1, 256)).mean().detach()) == pytest.approx(0.5, abs=1e-4)


def test_truncation_leads_to_the_mean_picture() -> None:
    generator = _small()
    for k in range(300):
        generator.follow_centre(torch.randn(64, 8, generator=torch.Generator().manual_seed(k)), decay=0.97)
    wanted = generator.mapping(torch.randn(20_000, 8)).mean(0)
    torch.testing.assert_close(generator.centre, wanted.detach(), atol=0.06, rtol=0)
    z = torch.randn(6, 8)
    spread = [float(generator(z, truncation=t).std(0).mean().detach()) for t in (0.0, 0.5, 1.0)]
    assert spread[0] < 1e-5 and spread[0] < spread[1] < spread[2]


def test_styles_mix_at_the_crossover() -> None:
    generator = _small()
    one, two = torch.randn(2, 8), torch.randn(2, 8)
    torch.testing.assert_close(generator(one, other=two, crossover=0), generator(two))
    torch.testing.assert_close(generator(one, other=two, crossover=generator.synthesis.styles), generator(one))
    mixed = generator(one, other=two, crossover=2)
    torch.testing.assert_close(generator(one, other=two, crossover=torch.tensor([[2.0], [2.0]])), mixed)
    assert not torch.allclose(mixed, generator(one)) and not torch.allclose(mixed, generator(two))


def test_noise_is_still_unless_a_generator_is_given() -> None:
    generator = _small()
    z = torch.randn(2, 8)
    assert torch.equal(generator(z), generator(z))
    again = [generator(z, generator=torch.Generator().manual_seed(s)) for s in (1, 1, 2)]
    assert torch.equal(again[0], again[1]) and not torch.equal(again[0], again[2])


def test_every_weight_is_reached_and_conditions_matter() -> None:
    generator, discriminator = _small(condition=3), StyleDiscriminator(16, 16, condition=3)
    z, a, b = torch.randn(4, 8), torch.eye(3)[[0, 1, 2, 0]], torch.eye(3)[[1, 2, 0, 1]]
    assert not torch.allclose(generator(z, a), generator(z, b))
    made = generator(z, a, generator=torch.Generator().manual_seed(0))
    assert made.shape == (4, 3, 16, 16) and discriminator(made, a).shape == (4,)
    assert not torch.allclose(discriminator(made, a), discriminator(made, b))
    discriminator(made, a).sum().backward()
    for network in (generator, discriminator):
        assert not [n for n, p in network.named_parameters() if p.grad is None]
    for network, arguments in ((generator, (z,)), (discriminator, (made,))):
        with pytest.raises(ValueError, match="expected a condition"):
            network(*arguments)


def test_the_discriminator_sees_a_batch_without_variety() -> None:
    discriminator = StyleDiscriminator(16, 16)
    one = torch.randn(1, 3, 16, 16)
    alone, same = discriminator(one), discriminator(one.repeat(4, 1, 1, 1))
    torch.testing.assert_close(same, alone.expand(4), atol=1e-5, rtol=1e-5)
    mixed = discriminator(torch.cat([one, torch.randn(3, 3, 16, 16)]))
    assert abs(float((mixed[0] - alone[0]).detach())) > 1e-5


def test_sizes() -> None:
    assert channels(128, 256) == [256, 256, 256, 256, 128, 64]
    with pytest.raises(ValueError, match="power of two"):
        channels(48, 64)
    assert parameter_count(StyleGenerator(64, 128)) < 1_500_000
    assert np.isfinite(parameter_count(StyleDiscriminator(64, 128)))


def test_a_ground_is_what_pictures_begin_from() -> None:
    generator, numbers = _small(ground=8), torch.Generator().manual_seed(0)
    assert generator.eigen is not None
    generator.eigen.fit(list(np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), np.uint8)))
    one, two = torch.randn(2, 8, generator=numbers), torch.randn(2, 8, generator=numbers)
    ground = generator.eigen(one)
    large = torch.nn.functional.interpolate(ground, scale_factor=2.0, mode="bilinear")
    far = float((generator(two) - large).detach().abs().mean())
    assert float((generator(one) - large).detach().abs().mean()) < 0.5 * far
    # none of it is left at truncation 0, and it comes from the noise that gives the first styles
    still = generator(torch.cat([one, two]), truncation=0.0)
    assert float(still.std(0).mean().detach()) < 1e-5
    torch.testing.assert_close(generator(one, other=two, crossover=0), generator(two))
    torch.testing.assert_close(generator(one, other=two, crossover=generator.synthesis.styles), generator(one))
    generator(one).sum().backward()
    assert not [n for n, p in generator.named_parameters() if p.grad is None]
