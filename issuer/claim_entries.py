"""What stands in the fields of a form (`claim_fields`), and the claims that it means: one from the other.

A field is named by the JSON pointer of its claim (`/employer/0/name`, RFC 6901), so a fault names its field. Entries
are claims whose values are texts, empty ones included. An empty field is no claim; a structure with none is left out,
and of the entries of a list empty ones close up. Texts lose white space at both ends, single lines their line breaks.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from issuer.claim_fields import MAX_ENTRIES, MAX_FIELDS, Entries, Field, FieldKind, Group, Node, Sections
from issuer.claim_texts import gather, read_text, write_text
from issuer.institutions import Institution
from vc_core.claims import ClaimPath, Claims, json_pointer, pattern_of, put, read_path, remove
from vc_core.rejection import Rejection
from vc_core.rulebook import Rulebook

Typed: TypeAlias = Any
"""Of a form: objects, arrays and texts, in the places of the claims."""

MALFORMED = "form_malformed"
"""Why a form is rejected that is none of ours: a field that there is not, too many entries, no such entry."""

_BREAKS = re.compile(r"[\r\n]+")


def fields_of(sections: Sections) -> Mapping[ClaimPath, Field]:
    """Every field by its pattern."""
    return {field.path: field for section in sections for node in section.nodes for field in _fields(node)}


def _fields(node: Node) -> Iterator[Field]:
    match node:
        case Field():
            yield node
        case Group():
            for member in node.members:
                yield from _fields(member)
        case Entries():
            yield from _fields(node.element)


def lists_of(sections: Sections) -> Mapping[ClaimPath, Entries]:
    """Every list by its pattern."""
    return {one.path: one for section in sections for node in section.nodes for one in _lists(node)}


def _lists(node: Node) -> Iterator[Entries]:
    match node:
        case Group():
            for member in node.members:
                yield from _lists(member)
        case Entries():
            yield node
            yield from _lists(node.element)


# ------------------------------------------------------------------------------------------------- a form that was sent
def read_form(sections: Sections, sent: Mapping[str, str]) -> dict[str, Any]:
    """What was typed. sent: by name of the field. Rejects with `form_malformed`."""
    fields = fields_of(sections)

    def read(name: str, text: str) -> tuple[ClaimPath, str]:
        path = place(name)
        field = fields.get(pattern_of(path))
        if field is None:
            raise Rejection(MALFORMED, where=name)
        return path, _tidy(field, text)

    return gather(read(name, text) for name, text in sent.items())


def place(name: str) -> ClaimPath:
    """The concrete path that a field or an entry is named by. Rejects with `form_malformed`."""
    try:
        path = read_path(name)
    except Rejection:
        raise Rejection(MALFORMED, where=name) from None
    if any(part is None or (isinstance(part, int) and part >= MAX_ENTRIES) for part in path):
        raise Rejection(MALFORMED, where=name)
    return path


def _tidy(field: Field, text: str) -> str:
    if field.kind is FieldKind.LONG_TEXT:
        return text.replace("\r\n", "\n").strip()
    return _BREAKS.sub(" ", text).strip()


def with_entry(sections: Sections, typed: Typed, name: str) -> tuple[Typed, ClaimPath]:
    """With one more entry in the list of this name, and where that stands. Rejects with `form_malformed`."""
    path = place(name)
    entries = lists_of(sections).get(pattern_of(path))
    length = len(_at(typed, path) or ())
    if entries is None or length >= entries.most:
        raise Rejection(MALFORMED, where=name)
    new = (*path, length)
    try:
        return put(typed, new, "" if isinstance(entries.element, Field) else {}), new
    except Rejection:
        raise Rejection(MALFORMED, where=name) from None


def without_entry(sections: Sections, typed: Typed, name: str) -> tuple[Typed, ClaimPath]:
    """Without the entry of this name, and the list it stood in. Rejects with `form_malformed`."""
    path = place(name)
    if pattern_of(path)[:-1] not in lists_of(sections) or not isinstance(path[-1], int):
        raise Rejection(MALFORMED, where=name)
    return remove(typed, path), path[:-1]


def _at(typed: Typed, path: ClaimPath) -> Any:
    for part in path:
        if isinstance(typed, list):
            typed = typed[part] if isinstance(part, int) and part < len(typed) else None
        else:
            typed = (typed or {}).get(part)
    return typed


# ---------------------------------------------------------------------------------------------------- what a form means
def without_blanks(typed: Typed) -> dict[str, Any]:
    """Only what was typed: places in it are those of the claims."""
    return _pruned(typed) or {}


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: part for name, one in value.items() if (part := _pruned(one))}
    if isinstance(value, list):
        return [part for one in value if (part := _pruned(one))]
    return value


def claims_from(rulebook: Rulebook, typed: Typed) -> dict[str, Any]:
    """The claims that a form means. What is not of its claim's kind stays text."""
    leaves = rulebook.schema.leaves

    def read(value: Any, path: ClaimPath) -> Any:
        if isinstance(value, dict):
            return {name: read(part, (*path, name)) for name, part in value.items()}
        if isinstance(value, list):
            return [read(part, (*path, None)) for part in value]
        return read_text(leaves[path], value)

    claims: dict[str, Any] = read(without_blanks(typed), ())
    return claims


def typed_from(claims: Claims) -> dict[str, Any]:
    """The way back: what stands in a form that is filled with claims."""

    def write(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: write(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [write(part) for part in value]
        return write_text(value)

    return {name: write(part) for name, part in claims.items()}


def known_before(rulebook: Rulebook, institution: Institution, today: date) -> dict[str, Any]:
    """What stands in a form before anybody types: who makes the document, and the day."""
    own = {"number": institution.id, "name": institution.name}
    known = {
        rulebook.institution: institution.id,
        rulebook.issuing_country: institution.country,
        rulebook.date_of_issuance: today.isoformat(),
        **{path: own[which] for path, which in rulebook.form.own.items()},
    }
    return gather((path, text) for path, text in known.items() if None not in path)


def sent_from(typed: Typed, path: ClaimPath = ()) -> dict[str, str]:
    """By name of the field, what a browser sends of it."""
    if isinstance(typed, str):
        return {json_pointer(path): typed}
    parts = typed.items() if isinstance(typed, dict) else enumerate(typed)
    return {name: text for part, one in parts for name, text in sent_from(one, (*path, part)).items()}


def is_whole(rulebook: Rulebook, sections: Sections, claims: Claims) -> bool:
    """Whether a form filled with these claims, sent as it is, means them again."""
    try:
        sent = sent_from(typed_from(claims))
        return len(sent) <= MAX_FIELDS and claims_from(rulebook, read_form(sections, sent)) == claims
    except Rejection:
        return False
