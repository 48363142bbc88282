"""The painter and the style encoder at their real classes."""

import copy

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from skimage.data import astronaut  # noqa: E402

from looksmith.training.export_texture import ROUNDED  # noqa: E402
from looksmith.training.networks.texture import (  # noqa: E402
    BASES,
    FRAME,
    STYLE_SIZE,
    Mapping,
    StyleEncoder,
    Weights,
    paint,
    white_noise,
)

GREY = torch.full((3,), 0.5), 0.04 * torch.eye(3)


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    torch.manual_seed(0)
    made = Mapping(fine=16, middle=16, coarse=32, blocks=(1, 1, 1)).eval()
    torch.nn.init.normal_(made.gains.weight, std=0.1)
    torch.nn.init.normal_(made.terms.weight, std=0.3)
    torch.nn.init.normal_(made.swing.weight, std=0.05)
    return made.requires_grad_(False)


def _weights(mapping: Mapping, seed: int = 1) -> Weights:
    return mapping(torch.randn(STYLE_SIZE, generator=torch.Generator().manual_seed(seed)), *GREY)


def test_encoder_gives_one_vector_a_picture_and_minds_the_picture() -> None:
    torch.manual_seed(0)
    encoder = StyleEncoder().eval()
    pictures = torch.rand(2, 3, 256, 256)
    vectors = encoder(pictures)
    assert vectors.shape == (2, STYLE_SIZE)
    assert not torch.allclose(vectors[0], vectors[1])
    alone = encoder(pictures[:1])
    torch.testing.assert_close(alone[0], vectors[0], atol=1e-5, rtol=1e-4)


def test_weights_are_the_shared_ones_mixed_with_the_bases(mapping: Mapping) -> None:
    style = torch.randn(STYLE_SIZE)
    mapping = copy.deepcopy(mapping)
    torch.nn.init.zeros_(mapping.terms.weight)
    weight, bias = mapping(style, *GREY)["up2"]
    row = list(mapping.plan).index("up2")
    mixture = mapping.mixture(4 * torch.tanh(style / 4))[row * BASES : (row + 1) * BASES]
    mixed = mapping.shared["up2"] + sum(m * basis for m, basis in zip(mixture, mapping.bases["up2"], strict=True))
    ratio = weight / mixed
    torch.testing.assert_close(ratio, ratio[:, :1].expand_as(ratio), atol=1e-3, rtol=1e-3)  # one gain a channel
    assert bias is not None and bias.shape == (16,)


def test_what_enters_is_of_about_the_same_size_whatever_the_palette(mapping: Mapping) -> None:
    """The first layer knows what to expect of a photo that was matched to the style's colours."""
    photo = torch.from_numpy(astronaut()[:256, :256].copy()).permute(2, 0, 1).double() / 255
    flat = photo.flatten(1)
    white = torch.linalg.inv(torch.linalg.cholesky(torch.cov(flat))) @ (flat - flat.mean(1, keepdim=True))
    sizes = []
    for mean, root in ((0.5, 0.25 * torch.eye(3)), (0.3, torch.diag(torch.tensor([0.05, 0.1, 0.02])))):
        matched = (root.double() @ white + mean).view(1, 3, 256, 256).float()
        weight, bias = mapping(torch.zeros(STYLE_SIZE), torch.full((3,), mean), root @ root.T)["enter"]
        x = torch.nn.functional.conv2d(torch.nn.functional.pixel_unshuffle(matched, 2), weight, bias)
        sizes.append(x.std(dim=(0, 2, 3)))
        assert float(x.mean().abs()) < 0.2
    for size in sizes:
        assert 0.3 < float(size.median()) < 3
    assert float((sizes[0] / sizes[1]).log().abs().max()) < 1.5  # the palettes' deviations differ by up to 12


def test_expected_deviation_against_sampling(mapping: Mapping) -> None:
    generator = torch.Generator().manual_seed(0)
    covariance = torch.tensor([[0.04, 0.02, 0.0], [0.02, 0.09, 0.01], [0.0, 0.01, 0.02]])
    whole = torch.kron(covariance + 1e-4 * torch.eye(3), mapping.kinship)  # channel, then place
    drawn = torch.linalg.cholesky(whole + 1e-6 * torch.eye(108)) @ torch.randn(108, 20_000, generator=generator)
    weight = mapping.shared["enter"]
    sampled = (weight.view(len(weight), 3, 36).flatten(1) @ drawn).std(dim=1)
    torch.testing.assert_close(mapping.expected_deviation(weight, covariance), sampled, rtol=0.05, atol=1e-3)


def test_whitened_style_vectors_are_uncorrelated_and_tell_the_mapping_the_same() -> None:
    torch.manual_seed(1)
    encoder, mapping = StyleEncoder().eval(), Mapping()
    pictures = torch.rand(24, 3, 64, 64) * torch.rand(24, 3, 1, 1)
    with torch.no_grad():
        before = encoder(pictures)
        gains, hidden = mapping.gains(before), mapping.hidden(before)
        mapping.follow(*encoder.whiten(before))
        after = encoder(pictures)
        torch.testing.assert_close(mapping.gains(after), gains, atol=2e-4, rtol=1e-3)
        torch.testing.assert_close(mapping.hidden(after), hidden, atol=2e-4, rtol=1e-3)
    covariance = torch.cov(after.T)
    assert float((covariance - covariance.diagonal().diag()).abs().max()) < 0.02
    assert float(covariance.diagonal().max()) == pytest.approx(1.0, abs=0.02)
    assert float(torch.cov(before.T).diagonal().std() / torch.cov(before.T).diagonal().mean()) > 0.1  # it was not so


def test_terms_move_the_weights_by_their_sum(mapping: Mapping) -> None:
    """Against the outer products, added one by one."""
    vector = torch.randn(STYLE_SIZE, generator=torch.Generator().manual_seed(7))
    without = copy.deepcopy(mapping)
    torch.nn.init.zeros_(without.terms.weight)
    bent = 4 * torch.tanh(vector / 4)
    shares = mapping.terms(torch.nn.functional.silu(mapping.hidden(bent))).view(len(mapping.dense), -1)
    gains = mapping.gains(bent) + mapping.swing(torch.nn.functional.silu(mapping.hidden(bent)))
    place, name = 24, "down2"
    for earlier, conv in mapping.plan.items():
        if earlier == name:
            break
        place += 2 * conv.outputs if conv.gain else 0
    gain = 1 + gains[place : place + mapping.plan[name].outputs]
    row = mapping.dense.index(name)
    wanted = sum(
        s * torch.outer(u, v) for s, u, v in zip(shares[row], mapping.left[name], mapping.right[name], strict=True)
    )
    moved = mapping(vector, *GREY)[name][0] - without(vector, *GREY)[name][0]
    torch.testing.assert_close(moved.flatten(1), wanted * gain[:, None], atol=1e-5, rtol=1e-4)
    assert float(moved.abs().max()) > 1e-3


def test_a_calmed_mapping_hears_that_share_of_the_noise(mapping: Mapping) -> None:
    photo, noise = torch.rand(1, 3, 64, 64), white_noise(1, 64, 64, torch.Generator().manual_seed(4))
    calmed = copy.deepcopy(mapping)
    calmed.calm(0.5)
    half = (0.5 * noise[0], 0.5 * noise[1])
    torch.testing.assert_close(paint(photo, noise, _weights(calmed)), paint(photo, half, _weights(mapping)))
    assert not torch.equal(paint(photo, noise, _weights(calmed)), paint(photo, noise, _weights(mapping)))


def test_the_painter_is_local(mapping: Mapping) -> None:
    """What lies beyond the receptive field does not change a pixel: tiles can join without a seam."""
    photo, noise = torch.rand(1, 3, 64, 640), white_noise(1, 64, 640)
    other = photo.clone()
    other[..., 400:] = torch.rand(1, 3, 64, 240)
    a, b = (paint(x, noise, _weights(mapping)) for x in (photo, other))
    assert torch.equal(a[..., :200], b[..., :200])
    assert not torch.equal(a[..., 400:], b[..., 400:])


def test_the_painting_minds_the_style_and_the_noise(mapping: Mapping) -> None:
    photo, noise = torch.rand(1, 3, 64, 64), white_noise(1, 64, 64)
    one, two = (paint(photo, noise, _weights(mapping, seed)) for seed in (1, 2))
    assert one.shape == photo.shape
    assert (one - two).abs().mean() > 1e-3
    assert (one - paint(photo, white_noise(1, 64, 64), _weights(mapping))).abs().mean() > 1e-5


def test_shipped_size_keeps_its_budget() -> None:
    mapping = Mapping()
    small = sum(p.numel() for m in (StyleEncoder(), mapping) for p in m.parameters())
    rounded = sum(p.numel() for name, p in mapping.named_parameters() if name.startswith(ROUNDED))
    assert 2 * (small - rounded) + rounded <= 4 * 2**20  # two bytes a weight, one for what is rounded


def test_the_edge_of_the_picture_leaves_little_trace(mapping: Mapping) -> None:
    """A flat grey photo is painted alike everywhere when the noise is off, but for what fades in from its frame."""
    photo = torch.full((1, 3, 304, 304), 0.4)
    silent = tuple(torch.zeros_like(n) for n in white_noise(1, 304, 304))
    inside = paint(photo, silent, _weights(mapping))[..., 96:-96, 96:-96]
    blocks = inside.unfold(2, 8, 8).unfold(3, 8, 8)
    assert FRAME % 8 == 0
    assert float((blocks - blocks[:, :, :1, :1]).abs().max()) < 1e-4
