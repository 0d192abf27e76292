"""The root of all refusals: a request that breaks a rule, with the facts and without HTTP."""

from typing import Self


class Refusal(Exception):  # noqa: N818  a judgement on a request, not an error of the program
    """A request that breaks a rule. detail: for people."""

    @property
    def detail(self) -> str:
        return " ".join((type(self).__doc__ or "").split())

    def at(self, pointer: str) -> Self:
        """The same with the place in the request that it is about, a JSON pointer, among its facts."""
        self.pointer = pointer
        return self
