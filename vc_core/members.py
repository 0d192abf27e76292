"""A JSON object from a peer, read member by member: what is missing, of the wrong type or empty is refused by name.

Reasons carry the member's name (`nonce_missing`, `claims_malformed`, `options_empty`), places are JSON pointers.
Members that are not asked for are not looked at, as every OpenID text demands (RFC 6749, section 3.1). JSON itself is
read by `strict_json`, instants in JWTs by `jwt_claims`. Left out: what a value may be, which is its reader's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from vc_core.rejection import Rejection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Members:
    """The members of one object; where: JSON pointer to the object; section: the clause that defines it."""

    values: Mapping[str, Any]
    where: str
    section: str

    @classmethod
    def of(cls, value: object, *, called: str, where: str, section: str) -> "Members":
        """Rejects with `<called>_malformed` when `value` is not an object."""
        if not isinstance(value, Mapping):
            raise Rejection(f"{called}_malformed", where=where, section=section)
        return cls(value, where, section)

    def at(self, name: str) -> str:
        return f"{self.where}/{name}"

    def reject(self, reason: str, name: str) -> Rejection:
        """The rejection of one member, for rules that only its reader knows."""
        return Rejection(reason, where=self.at(name), section=self.section)

    def required(self, name: str, kind: type[T], *, called: str = "") -> T:
        """Rejects with `<called>_missing` or `<called>_malformed`, the latter also if empty."""
        value = self.optional(name, kind, called=called)
        if value is None or value == "":
            raise self.reject(f"{_word(called or name)}_{'missing' if value is None else 'malformed'}", name)
        return value

    def optional(self, name: str, kind: type[T], *, called: str = "") -> T | None:
        """None when absent; rejects with `<called>_malformed`, a JSON null included."""
        if name not in self.values:
            return None
        value = self.values[name]
        if type(value) is not kind:
            raise self.reject(f"{_word(called or name)}_malformed", name)
        return value

    def items(self, name: str, *, called: str = "") -> list[Any]:
        """The elements of an array that must be there; rejects also with `<called>_empty`."""
        value = self.required(name, list, called=called)
        if not value:
            raise self.reject(f"{_word(called or name)}_empty", name)
        return value

    def optional_items(self, name: str, *, called: str = "") -> list[Any]:
        """As `items`; no elements when the array is absent."""
        return self.items(name, called=called) if name in self.values else []

    def texts(self, name: str, *, called: str = "") -> tuple[str, ...]:
        """An array of non-empty strings that must be there and have elements."""
        values = self.items(name, called=called)
        for value in values:
            if type(value) is not str or not value:
                raise self.reject(f"{_word(called or name)}_malformed", name)
        return tuple(values)

    def text_lists(self, name: str, *, called: str) -> tuple[tuple[str, ...], ...]:
        """An array of arrays of strings, none of them empty; `called` names one of the inner arrays."""
        lists = Members({str(index): item for index, item in enumerate(self.items(name))}, self.at(name), self.section)
        return tuple(lists.texts(index, called=called) for index in lists.values)

    def object(self, name: str, *, called: str = "") -> "Members":
        return Members(self.required(name, dict, called=called), self.at(name), self.section)


def _word(name: str) -> str:
    return name.replace("-", "_")
