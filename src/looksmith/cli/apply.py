"""``looksmith apply``."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.heed import heed_lists, record_output, sealing
from looksmith.cli.language import say
from looksmith.errors import LooksmithError

if TYPE_CHECKING:
    from looksmith.looks.look import Look
    from looksmith.media.photo import Photo


def apply(
    look: Annotated[str, typer.Argument(help=say("A look's name, a .look file, or any picture."))],
    photos: Annotated[list[Path], typer.Argument(help=say("Photos or folders of photos; - for standard input."))],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("File or folder to write to; - for standard output."))
    ],
    strength: options.Strength = 1.0,
    color: options.Colors = options.Color.match,
    only: options.Only = None,
    scale: options.Scale = 1.0,
    seed: options.Seed = 0,
    where: options.Where = None,
    region: options.Regions = None,
    faces: options.Faces = None,
    face: options.People = None,
    identity_floor: options.IdentityFloor = None,
    features: options.Features = 0.9,
    allow_minors: options.Minors = False,
    domain: options.Domain = None,
    like: options.Like = None,
    method: options.Methods = options.Method.fast,
    use: options.Uses = options.Use.private,
    territory: options.Territory = None,
    badge: options.Badge = None,
    badge_language: options.BadgeWords = options.BadgeLanguage.en,
    mark: options.Mark = False,
    c2pa: options.Credentials = False,
    c2pa_cert: options.CredentialsCert = None,
    c2pa_key: options.CredentialsKey = None,
    keep_gps: options.KeepGps = False,
    keep_device: options.KeepDevice = False,
    quality: options.Quality = 92,
    format: options.Format = None,
    as_json: options.Json = False,
) -> None:
    """Apply a look to a photo, or to a folder of them."""
    from looksmith.cli.gatys import painter_of
    from looksmith.faces.parts import REGIONS
    from looksmith.looks.apply import apply as apply_look
    from looksmith.looks.apply import resolve
    from looksmith.looks.scene import parse_floor, parse_people, parse_strengths
    from looksmith.rights.badge import make_badge

    pictures.check_output(output, as_json=as_json)
    choosing = region or faces or face or identity_floor or where in REGIONS
    changing = color is not options.Color.match or only or scale != 1.0 or domain or like
    if method is options.Method.gatys and (choosing or changing):
        raise typer.BadParameter(say("gatys takes --strength and a mask for --where alone"), param_hint="--method")
    written_as = pictures.format_named(format)
    pairs = pictures.pair_up(photos, output, written_as)
    wishes: dict[str, Any] = {
        "strength": strength,
        "color": color.value,
        "only": options.facets_named(only),
        "scale": scale,
        "seed": seed,
        "where": where,
        "regions": parse_strengths(region or []),
        "faces": faces or "",
        "people": {number: resolve(other) for number, other in parse_people(face or []).items()},
        "identity_floor": parse_floor(identity_floor),
        "features": features,
        "allow_minors": allow_minors,
        "use": use.value,
        "territory": territory.upper() if territory else None,
        "badge": make_badge(badge.value, badge_language.value) if badge else None,
        "mark": mark,
    }
    seal = sealing(c2pa_cert, c2pa_key) if c2pa or c2pa_cert or c2pa_key else None
    heed_lists()
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    with report.progress(say("Applying {look}", look=look)) as step:
        if method is options.Method.gatys:
            painted = None if where is None else Path(where)
            paint, about = painter_of(look, strength=strength, where=painted), {"look": look, "method": method.value}
        else:
            chosen = asked_for(resolve(look), domain, like)
            paint, about = None, {"look": chosen.name, "digest": chosen.digest}
        for number, pair in enumerate(pairs):
            started = time.perf_counter()
            try:
                photo = pictures.read_input(pair.source)
                photo = apply_look(chosen, photo, **wishes) if paint is None else paint(photo, step)
                if pair.target != output:  # output is a folder
                    pair.target.parent.mkdir(parents=True, exist_ok=True)
                pictures.write_output(
                    photo,
                    pair.target,
                    format=written_as,
                    quality=quality,
                    keep_gps=keep_gps,
                    keep_device=keep_device,
                    sealed=None if seal is None else partial(seal, photo),
                )
                record_output(photo, pair.target)
            except LooksmithError as error:
                if len(pairs) == 1:
                    raise
                report.tell_left_out(pair.source, error)
                failed.append({"photo": str(pair.source), "error": report.error_fields(error)})
            else:
                done.append(
                    {
                        "photo": str(pair.source),
                        "output": str(pair.target),
                        "width": photo.width,
                        "height": photo.height,
                        "seconds": round(time.perf_counter() - started, 3),
                        "people": _people_in(photo),
                    }
                )
            step(number + 1, len(pairs))
    if as_json:
        report.tell_json({**about, "done": done, "failed": failed})
    elif len(pairs) == 1:
        report.tell_wrote(str(pairs[0].target), note=f" ({done[0]['seconds']:.2f} s)")
        for one in done[0]["people"]:
            words = say("face {number}: similarity to itself {similarity}", number=one["number"],
                        similarity=f"{one['similarity']:.2f}")  # fmt: skip
            (report.err() if output == pictures.PIPE else report.out()).print(f"  {words}")
    else:
        note = say("{count} photos", count=len(done))
        report.tell_wrote(str(output), note=f" ({note}, {sum(entry['seconds'] for entry in done):.1f} s)")
    if failed:
        raise typer.Exit(1)


def _people_in(photo: Photo) -> list[dict[str, Any]]:
    """What the identity guard measured of each changed face, as the output's metadata tell it."""
    from looksmith.rights.provenance import read_recipe

    try:
        return [one.model_dump() for one in read_recipe(photo).people]
    except LooksmithError:  # gatys writes labels alone
        return []


def asked_for(look: Look, domain: str | None, like: Path | None) -> Look:
    """The look, asked for a label or for the style of a picture where a person names one."""
    from looksmith.looks.steer import steered

    if domain is None and like is None:
        return look
    return steered(look, domain=domain, like=None if like is None else pictures.read_input(like))
