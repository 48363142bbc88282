"""The recipe of regions: its loss beside a plain reference, and what it learns from in which shares."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch

from looksmith.errors import LooksmithError
from looksmith.faces.parts import CROP, PARTS
from looksmith.models.load import records, session
from looksmith.training.data.region_labels import SKIN, Labelled, one_of
from looksmith.training.networks.regions import RegionNetwork, restore
from looksmith.training.recipes import faces_regions as recipe


def _picture(name: str, value: int) -> Labelled:
    rgb = np.random.default_rng(len(name)).integers(0, 255, (90, 70, 3)).astype(np.uint8)
    return Labelled(name, rgb, np.full((90, 70), value, np.uint16), None)


PICTURES = [
    *(_picture(f"makeup/parsed/{k}.jpg", one_of("hair")) for k in range(30)),
    *(_picture(f"fashion/street/{k}.jpg", one_of("clothes")) for k in range(30)),
    *(_picture(f"faces/generated/{k}.jpg", one_of("skin", "hair")) for k in range(30)),
    *(_picture(f"content/street/{k}.jpg", one_of("hair", "clothes")) for k in range(30)),
    *(_picture(f"content/photos/{k}.jpg", one_of("background")) for k in range(30)),
]


@pytest.mark.parametrize(("small", "bare"), [(1.0, 1.0), (3.0, 2.0)])
def test_the_loss_is_that_of_a_plain_reference(small: float, bare: float) -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (2, len(PARTS), 5, 4)).astype(np.float32)
    kinds = (0, one_of("lips"), one_of("eyes", "mouth"), SKIN, one_of("hair"), one_of("hair", "clothes"))
    sets = rng.choice(np.array(kinds, np.int32), (2, 5, 4))
    total = weight = 0.0
    for n, y, x in np.ndindex(2, 5, 4):
        if sets[n, y, x] == 0:
            continue
        chances = np.exp(logits[n, :, y, x].astype(float))
        chances /= chances.sum()
        within = sum(chances[k] for k in range(len(PARTS)) if sets[n, y, x] >> k & 1)
        of = {kinds[1]: small, kinds[2]: small, kinds[3]: bare, kinds[4]: bare}.get(int(sets[n, y, x]), 1.0)
        total, weight = total - of * np.log(within), weight + of
    made = recipe.partial_loss(torch.from_numpy(logits), torch.from_numpy(sets), small, bare)
    assert float(made) == pytest.approx(total / weight, rel=1e-5)
    nothing = recipe.partial_loss(torch.from_numpy(logits), torch.zeros(2, 5, 4, dtype=torch.int32))
    assert float(nothing) == 0


def test_the_overlap_is_that_of_a_plain_reference() -> None:
    rng = np.random.default_rng(2)
    logits = rng.normal(0, 2, (3, len(PARTS), 6, 5)).astype(np.float32)
    kinds = (
        0,
        one_of("background"),
        SKIN,
        one_of("lips"),
        one_of("hair"),
        one_of("hair", "clothes"),
        one_of("clothes"),
    )
    sets = rng.choice(np.array(kinds, np.int32), (3, 6, 5))
    sets[0, :4][sets[0, :4] == one_of("hair")] = one_of("background")
    sets[0, 4:] = one_of("background")  # the first picture shows no hair
    chances = np.exp(logits.astype(float))
    chances /= chances.sum(axis=1, keepdims=True)
    costs = []
    for n in range(3):
        for region in (SKIN, one_of("hair"), one_of("clothes"), one_of(*PARTS[1:])):
            both = size = shown = 0.0
            for y, x in np.ndindex(6, 5):
                may = int(sets[n, y, x])
                surely, surely_not = may != 0 and not may & ~region, may != 0 and not may & region
                if not surely and not surely_not:
                    continue
                found = sum(chances[n, k, y, x] for k in range(len(PARTS)) if region >> k & 1)
                both, size, shown = both + found * surely, size + found + surely, shown + surely
            if shown >= recipe.SHOWN:
                costs.append(1 - 2 * both / size)
    assert 3 <= len(costs) < 12
    made = recipe.overlap_loss(torch.from_numpy(logits), torch.from_numpy(sets))
    assert float(made) == pytest.approx(np.mean(costs), rel=1e-5)
    assert float(recipe.overlap_loss(torch.from_numpy(logits), torch.zeros(3, 6, 5, dtype=torch.int32))) == 0


def test_groups_come_in_their_shares_and_none_is_held_out() -> None:
    shares = recipe.FacesRegionsRecipe(portraits=0.4, figures=0.2, outlined=0.1, nobody=0.1)
    task = recipe.FacesRegionsTask(shares, PICTURES)
    assert set(task.groups) == {"portraits", "figures", "outlined", "told", "nobody"}
    assert dict(zip(task.names, task.shares.round(6).tolist(), strict=True)) == {
        "portraits": 0.4, "figures": 0.2, "outlined": 0.1, "nobody": 0.1, "told": 0.2,
    }  # fmt: skip
    assert not any(recipe.held_out(p.name) for group in task.groups.values() for p in group)
    assert any(recipe.held_out(p.name) for p in PICTURES)
    with pytest.raises(LooksmithError, match="no picture"):
        recipe.FacesRegionsTask(recipe.FacesRegionsRecipe(), [])


def test_a_step_of_a_batch_lowers_its_loss_and_one_seed_gives_one_batch() -> None:
    task = recipe.FacesRegionsTask(recipe.FacesRegionsRecipe(batch=2), PICTURES)
    batch, again = task.batch(3), task.batch(3)
    assert batch["squares"].shape == (2, 3, CROP, CROP) and batch["sets"].shape == (2, CROP // 2, CROP // 2)
    assert all(torch.equal(batch[key], again[key]) for key in batch)
    optimizer, totals = task.optimizers["adam"], []
    for _ in range(4):
        loss = task.losses(batch, 0)["total"]
        totals.append(float(loss.detach()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert totals[-1] < totals[0]


def test_it_begins_with_the_file_that_ships_as_it_stands() -> None:
    """In evaluation as the file, and nearly so while it learns."""
    path = Path(str(files("looksmith.models") / records()["faces-regions"].file))
    task = recipe.FacesRegionsTask(recipe.FacesRegionsRecipe(batch=4, start=path), PICTURES)
    squares = task.batch(0)["squares"]
    (wanted,) = session("faces-regions").run(None, {"square": squares.numpy()})
    learning = task.network.training
    with torch.no_grad():
        made = torch.softmax(task.network.eval()(squares), dim=1).numpy()
        while_learning = torch.softmax(task.network.train()(squares), dim=1).numpy()
    assert learning and np.ptp(wanted, axis=(0, 2, 3)).max() > 0.5
    assert np.abs(made - wanted).max() < 2e-3
    assert np.abs(while_learning - wanted).mean() < 2e-3
    with pytest.raises(LooksmithError, match="another network"):
        restore(RegionNetwork((8, 8, 8, 8)), path, squares)
