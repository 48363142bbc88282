"""The strictest of several licences and consents, whatever their order."""

from __future__ import annotations

from itertools import permutations

import pytest

from looksmith.rights.consent import (
    OWN_LICENCE,
    UNDECLARED_LICENCE,
    Consent,
    may_pass_on,
    strictest_consent,
    strictest_licence,
)


@pytest.mark.parametrize(
    ("licences", "strictest"),
    [
        (["CC0-1.0"], "CC0-1.0"),
        (["CC0-1.0", "CC-BY-4.0"], "CC-BY-4.0"),
        (["CC-BY-4.0", "CC-BY-NC-4.0", "CC0-1.0"], "CC-BY-NC-4.0"),
        (["CC-BY-SA-4.0", "CC-BY-NC-4.0"], "CC-BY-NC-4.0 AND CC-BY-SA-4.0"),
        (["CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"], "CC-BY-NC-SA-4.0"),
        (["CC0-1.0", OWN_LICENCE, "CC-BY-NC-ND-4.0"], OWN_LICENCE),
        ([OWN_LICENCE, UNDECLARED_LICENCE], UNDECLARED_LICENCE),
        (["CC0-1.0", "LicenseRef-Something"], "LicenseRef-Something"),
        ([UNDECLARED_LICENCE, "LicenseRef-Something"], f"LicenseRef-Something AND {UNDECLARED_LICENCE}"),
        (["MIT", "Apache-2.0"], "Apache-2.0"),
        (["CC-BY-NC-4.0 AND CC-BY-SA-4.0", "CC0-1.0"], "CC-BY-NC-4.0 AND CC-BY-SA-4.0"),
    ],
)
def test_strictest_licence(licences: list[str], strictest: str) -> None:
    assert {strictest_licence(order) for order in permutations(licences)} == {strictest}


def test_strictest_consent() -> None:
    own, free, unknown = Consent("own", "Mine."), Consent("public-domain", "Old."), Consent("undeclared")
    assert {strictest_consent(order) for order in permutations([own, free])} == {own}
    assert strictest_consent([own, free, unknown]) == unknown
    assert strictest_consent([own, Consent("own", "Also mine.")]) == Consent("own", "Also mine. Mine.")


def test_what_may_be_passed_on() -> None:
    assert may_pass_on("CC0-1.0") and may_pass_on("CC-BY-NC-4.0 AND CC-BY-SA-4.0")
    assert not any(
        map(may_pass_on, ["", OWN_LICENCE, UNDECLARED_LICENCE, "LicenseRef-X", f"CC0-1.0 AND {OWN_LICENCE}"])
    )
