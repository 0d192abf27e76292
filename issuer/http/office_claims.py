"""The form of a type as its page shows it: every field with its words, what stands in it, and what is wrong with it.

The tree is `issuer.claim_fields`, what is typed `issuer.claim_entries`; `templates/office/fields.html` draws this.
An id is the JSON pointer of the claim, as the name of its field is.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, TypeAlias

from issuer.claim_entries import Typed
from issuer.claim_fields import Entries, Field, FieldKind, Group, Node, Sections
from issuer.documents import Remark
from vc_core.claims import ClaimPath, covers, json_pointer
from vc_core.rulebook import Rulebook

_WIDE = 40
"""Characters from which words to choose need the whole width."""

Option: TypeAlias = tuple[str, str]
"""What is sent, and its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What every part of a form has. box: empty where it says no more than what is around it."""

    id: str
    label: str
    box: str | None
    required: bool
    faults: Sequence[Remark]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField(Place):
    shape: ClassVar[str] = "field"
    kind: FieldKind
    value: str
    options: Sequence[Option]
    wide: bool
    hints: Sequence[str]
    focused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup(Place):
    shape: ClassVar[str] = "group"
    parts: Sequence["Shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntries(Place):
    """focused: the button that adds an entry, after one was removed."""

    shape: ClassVar[str] = "entries"
    entries: Sequence["Shown"]
    may_add: bool
    may_remove: bool
    focused: bool


Shown: TypeAlias = ShownField | ShownGroup | ShownEntries


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    number: str | None
    title: str | None
    parts: Sequence[Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForm:
    """anchors: by pointer of each fault, the id of the part it is shown at; empty if it is of the whole."""

    sections: Sequence[ShownSection]
    anchors: Mapping[str, str]


def claim_form(
    rulebook: Rulebook,
    sections: Sections,
    typed: Typed,
    *,
    words: Mapping[str, Any],
    tag: str,
    faults: Sequence[Remark] = (),
    focus: ClaimPath | None = None,
) -> ClaimForm:
    """words: the table `office.form`. focus: the new entry, or the list one was removed from."""
    shown = _ids(sections, typed)
    anchors = {fault.pointer: _nearest(fault.pointer, shown) for fault in faults}
    by_id: dict[str, list[Remark]] = defaultdict(list)
    for fault in faults:
        by_id[anchors[fault.pointer]].append(fault)
    drawing = _Drawing(rulebook, words, tag, by_id, focus)
    drawn = [
        ShownSection(
            number=section.form.number if section.form else None,
            title=section.form.title(tag) if section.form else None,
            parts=[
                drawing.part(
                    node, node.path, _member(typed, node.path[-1]), section.form.number if section.form else None
                )
                for node in section.nodes
            ],
        )
        for section in sections
    ]
    return ClaimForm(sections=drawn, anchors=anchors)


def _member(typed: Typed, part: Any) -> Any:
    return typed.get(part) if isinstance(typed, dict) else None


def _shown_entries(typed: Typed) -> list[Any]:
    """A list without entries shows a blank one."""
    return typed if isinstance(typed, list) and typed else [None]


def _nearest(pointer: str, shown: frozenset[str]) -> str:
    """The id of the claim, or of the nearest part around it that the form shows."""
    while pointer and pointer not in shown:
        pointer = pointer.rpartition("/")[0]
    return pointer


def _ids(sections: Sections, typed: Typed) -> frozenset[str]:
    def walk(node: Node, path: ClaimPath, value: Typed) -> Iterator[str]:
        yield json_pointer(path)
        match node:
            case Group():
                for member in node.members:
                    yield from walk(member, (*path, member.path[-1]), _member(value, member.path[-1]))
            case Entries():
                for index, entry in enumerate(_shown_entries(value)):
                    yield from walk(node.element, (*path, index), entry)
            case Field():
                pass

    nodes = (node for section in sections for node in section.nodes)
    return frozenset(one for node in nodes for one in walk(node, node.path, _member(typed, node.path[-1])))


class _Drawing:
    """Goes through a form once, from top to bottom."""

    def __init__(
        self,
        rulebook: Rulebook,
        words: Mapping[str, Any],
        tag: str,
        faults: Mapping[str, Sequence[Remark]],
        focus: ClaimPath | None,
    ) -> None:
        self.rulebook, self.words, self.tag, self.faults, self.focus = rulebook, words, tag, faults, focus

    def part(self, node: Node, path: ClaimPath, typed: Typed, around: str | None, label: str = "") -> Shown:
        """around: the box of what it is part of. label: of an entry; else that of the claim."""
        entry = self.rulebook.claim(path)
        box = entry.box if entry else None
        id_ = json_pointer(path)
        place: dict[str, Any] = {
            "id": id_,
            "label": label or (entry.label(self.tag) if entry else id_),
            "box": None if box == around or label else box,
            "required": node.required and not label,
            "faults": self.faults.get(id_, ()),
        }
        match node:
            case Field():
                return self.field(node, path, typed if isinstance(typed, str) else "", place)
            case Group():
                members = [
                    self.part(one, (*path, one.path[-1]), _member(typed, one.path[-1]), box or around)
                    for one in node.members
                ]
                return ShownGroup(**place, parts=members)
            case Entries():
                return self.entries(node, path, _shown_entries(typed), place, box or around)

    def entries(
        self, node: Entries, path: ClaimPath, typed: list[Any], place: dict[str, Any], around: str | None
    ) -> ShownEntries:
        numbered, focused = self.words["entry"], self.focus == path
        if focused:
            self.focus = None
        parts = [
            self.part(
                node.element, (*path, index), entry, around, numbered.format(label=place["label"], number=index + 1)
            )
            for index, entry in enumerate(typed)
        ]
        return ShownEntries(
            **place,
            entries=parts,
            may_add=len(typed) < node.most,
            may_remove=len(typed) > 1,
            focused=focused,
        )

    def field(self, field: Field, path: ClaimPath, value: str, place: dict[str, Any]) -> ShownField:
        focused = self.focus is not None and covers(self.focus, path)
        if focused:
            self.focus = None
        kind = field.kind
        if kind is FieldKind.DATE and value and not _is_day(value):
            kind = FieldKind.TEXT  # a field for days shows nothing else
        options = list(self.options(field, value))
        return ShownField(
            **place,
            kind=kind,
            value=value,
            options=options,
            wide=kind is FieldKind.LONG_TEXT or any(len(words) > _WIDE for _, words in options),
            hints=list(self.hints(field, kind)),
            focused=focused,
        )

    def options(self, field: Field, value: str) -> Iterator[Option]:
        if field.kind is FieldKind.YES_NO:
            told = [("true", self.words["yes"]), ("false", self.words["no"])]
        elif field.kind is FieldKind.CHOICE:
            told = [(code, self.code(field, code)) for code in field.codes]
            if all(code.isalpha() for code in field.codes):  # such codes say nothing of an order
                told.sort(key=lambda option: _collated(option[1]))
        else:
            return
        yield "", self.words["choose"] if field.required else self.words["nothing"]
        yield from told
        if value and value not in dict(told):
            yield value, value

    def code(self, field: Field, code: str) -> str:
        known = field.code_list.codes.get(code) if field.code_list else None
        if field.code_list is None or known is None:
            return code
        told = (code, known.citation) if known.citation else (code,)
        return f"{field.code_list.label(code, self.tag)} ({', '.join(told)})"

    def hints(self, field: Field, kind: FieldKind) -> Iterator[str]:
        if field.format_texts:
            yield field.format_texts.get(self.tag, field.format_texts["en"])
        elif field.least and field.most:
            yield self.words["characters"].format(least=field.least, most=field.most)
        if field.kind is FieldKind.DATE and kind is FieldKind.TEXT:
            yield self.words["day"]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _collated(text: str) -> str:
    """For an order that readers expect: accents and capitals do not matter."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
