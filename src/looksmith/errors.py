"""The one error a person can meet: it says what, where, expected, got, and what to type next."""

from __future__ import annotations


class LooksmithError(Exception):
    """A mistake that a person can mend.

    Args:
        what: what went wrong, as a short sentence without a full stop.
        where: the file, field or option that it is about.
        expected: what would have been right.
        got: what was found instead.
        hint: the next command to type, or the next thing to do.
    """

    def __init__(
        self, what: str, *, where: object = None, expected: object = None, got: object = None, hint: str | None = None
    ) -> None:
        self.what = what
        self.where = None if where is None else str(where)
        self.expected = None if expected is None else str(expected)
        self.got = None if got is None else str(got)
        self.hint = hint
        super().__init__(self.message())

    def message(self) -> str:
        """The whole message on one line."""
        parts = [self.what if self.where is None else f"{self.where}: {self.what}"]
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.got is not None:
            parts.append(f"got {self.got}")
        if self.hint is not None:
            parts.append(f"try: {self.hint}")
        return "; ".join(parts)


class UnreadableError(LooksmithError):
    """Input that cannot be read: corrupt, truncated, of a wrong type, or past a safety limit."""


class TamperedError(LooksmithError):
    """A look file whose digest or signature does not hold."""


class RefusedError(LooksmithError):
    """A use that the rights in a look do not allow: expired, withdrawn, out of scope, in conflict."""


class RightsWarning(UserWarning):
    """Something about rights that a person should know, and that does not stop the work."""
