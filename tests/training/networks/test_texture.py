"""The painter and the style encoder at their real classes."""

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.networks.texture import FRAME, GRID, STYLE_SIZE, Painter, StyleEncoder, white_noise  # noqa: E402


@pytest.fixture(scope="module")
def painter() -> Painter:
    torch.manual_seed(0)
    made = Painter(fine=16, middle=16, coarse=32, blocks=(1, 1, 1)).eval()
    for site in made.sites.values():
        torch.nn.init.normal_(site.linear.bias, std=0.2)
    return made


def test_encoder_gives_one_vector_a_picture_and_minds_the_picture() -> None:
    torch.manual_seed(0)
    encoder = StyleEncoder().eval()
    pictures = torch.rand(2, 3, 256, 256)
    vectors = encoder(pictures)
    assert vectors.shape == (2, STYLE_SIZE)
    assert not torch.allclose(vectors[0], vectors[1])
    alone = encoder(pictures[:1])
    torch.testing.assert_close(alone[0], vectors[0], atol=1e-5, rtol=1e-4)


def test_statistics_of_the_photo_itself_make_instance_normalisation(painter: Painter) -> None:
    photo, style = torch.rand(1, 3, 8 * GRID, 8 * GRID), torch.randn(1, STYLE_SIZE)
    affines = painter.statistics(photo, style, white_noise(1, 8 * GRID, 8 * GRID))
    blocks = torch.nn.functional.pixel_unshuffle(photo, 2)
    raw = painter.enter(blocks)
    gain, bias = painter.sites["enter"].linear(style).chunk(2, dim=1)
    wanted = torch.nn.functional.instance_norm(raw) * (1 + gain[:, :, None, None]) + bias[:, :, None, None]
    scale, shift = affines["enter"]
    torch.testing.assert_close(raw * scale + shift, wanted, atol=2e-4, rtol=1e-3)


def test_fixed_statistics_make_the_painter_local(painter: Painter) -> None:
    """What lies beyond the receptive field does not change a pixel: tiles can join without a seam."""
    style = torch.randn(1, STYLE_SIZE)
    photo = torch.rand(1, 3, 64, 640)
    noise = white_noise(1, 64, 640)
    affines = painter.statistics(photo, style, noise)
    other = photo.clone()
    other[..., 400:] = torch.rand(1, 3, 64, 240)
    a, b = painter(photo, noise, affines), painter(other, noise, affines)
    assert torch.equal(a[..., :200], b[..., :200])
    assert not torch.equal(a[..., 400:], b[..., 400:])


def test_output_is_a_picture_and_minds_the_style(painter: Painter) -> None:
    photo = torch.rand(2, 3, 64, 64)
    styles = torch.randn(2, STYLE_SIZE)
    noise = white_noise(2, 64, 64)
    one = painter(photo, noise, painter.statistics(photo, styles, noise))
    two = painter(photo, noise, painter.statistics(photo, styles.flip(0), noise))
    assert one.shape == photo.shape and one.min() >= 0 and one.max() <= 1
    assert (one - two).abs().mean() > 1e-3


def test_shipped_size_keeps_its_budget() -> None:
    parameters = sum(p.numel() for m in (StyleEncoder(), Painter()) for p in m.parameters())
    assert parameters * 4 <= 4 * 2**20


def test_the_edge_of_the_picture_leaves_no_trace(painter: Painter) -> None:
    """A flat grey photo is painted alike everywhere when the noise is off, up to its frame."""
    photo = torch.full((1, 3, 176, 176), 0.4)
    silent = tuple(torch.zeros_like(n) for n in white_noise(1, 176, 176))
    affines = {
        name: (torch.ones(1, s.channels, 1, 1), torch.zeros(1, s.channels, 1, 1)) for name, s in painter.sites.items()
    }
    inside = painter(photo, silent, affines)[..., FRAME:-FRAME, FRAME:-FRAME]
    blocks = inside.unfold(2, 8, 8).unfold(3, 8, 8)
    assert float((blocks - blocks[:, :, :1, :1]).abs().max().detach()) < 1e-4
