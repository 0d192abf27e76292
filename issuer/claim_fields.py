"""A type's claims as the fields of a form: a tree in the order and sections of the paper form.

It is made of the claims schema and the rulebook alone, so that a new type has its form by itself. What was typed into a
form is `claim_entries`; how it looks is `issuer.http.office_claims`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from vc_core.claims import ClaimPath
from vc_core.code_list import CodeList, Texts
from vc_core.form_layout import FormSection
from vc_core.rule_kinds import Matches, Moment
from vc_core.rulebook import Rulebook

MAX_ENTRIES = 50
"""Of one list in a form, if the schema allows more."""
MAX_FIELDS = 1000
"""Of a whole form as it is sent."""

_LONG = 200
"""Characters from which a text gets more than one line."""
_SIMPLE = ("boolean", "integer", "number", "string")


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One claim that is no structure, or one element of a list of such.

    path: a pattern. required: wherever what is around it is given. codes: what can be chosen; code_list: in words.
    least, most: characters of a text, where worth telling. format_texts: what a rule says of its form, by language.
    """

    path: ClaimPath
    kind: FieldKind
    required: bool
    codes: tuple[str, ...] = ()
    code_list: CodeList | None = None
    least: int | None = None
    most: int | None = None
    format_texts: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An object: fields that belong together."""

    path: ClaimPath
    required: bool
    members: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """An array: the same fields once for each entry, of which there are at most `most`."""

    path: ClaimPath
    required: bool
    element: "Node"
    most: int


Node: TypeAlias = Field | Group | Entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """form: its number and title; None where the type tells nothing of its form."""

    form: FormSection | None
    nodes: tuple[Node, ...]


Sections: TypeAlias = tuple[Section, ...]


def sections_of(rulebook: Rulebook) -> Sections:
    """Every claim of the type as a field, once; nothing for a structure whose inside the schema leaves open."""
    reader = _Reader(rulebook)
    if not rulebook.form.sections:
        top = [entry.path for entry in rulebook.claims if len(entry.path) == 1]
        return (Section(form=None, nodes=reader.nodes(top)),)
    return tuple(Section(form=one, nodes=reader.nodes(one.claims)) for one in rulebook.form.sections)


class _Reader:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.schema = rulebook.schema
        self.formats = _formats(rulebook)

    def nodes(self, paths: Sequence[ClaimPath]) -> tuple[Node, ...]:
        return tuple(node for path in paths if (node := self.node(path)) is not None)

    def node(self, path: ClaimPath) -> Node | None:
        said = self.schema.nodes[path]
        if "properties" in said:
            inside = [entry.path for entry in self.rulebook.claims if entry.path[:-1] == path and entry.path[-1]]
            return Group(path=path, required=self.required(path), members=self.nodes(inside))
        if isinstance(said.get("items"), Mapping):
            element = self.node((*path, None))
            most = min(said.get("maxItems", MAX_ENTRIES), MAX_ENTRIES)
            return element and Entries(path=path, required=self.required(path), element=element, most=most)
        return self.field(path, said) if self.schema.leaves.get(path) in _SIMPLE else None

    def required(self, path: ClaimPath) -> bool:
        around = self.schema.nodes[path[:-1]] if len(path) > 1 else self.schema.document
        return path[-1] is None or path[-1] in around.get("required", ())

    def field(self, path: ClaimPath, said: Mapping[str, Any]) -> Field:
        entry = self.rulebook.claim(path)
        code_list = entry.code_list if entry else None
        codes = tuple(map(str, said["enum"])) if "enum" in said else tuple(code_list.codes) if code_list else ()
        kind = self.kind(path, said, bool(codes))
        told = kind is FieldKind.TEXT and said.get("minLength", 1) > 1 and "maxLength" in said
        return Field(
            path=path,
            kind=kind,
            required=self.required(path),
            codes=codes,
            code_list=code_list,
            least=said["minLength"] if told else None,
            most=said["maxLength"] if told else None,
            format_texts=self.formats.get(path),
        )

    def kind(self, path: ClaimPath, said: Mapping[str, Any], chosen: bool) -> FieldKind:
        match self.schema.leaves[path]:
            case "boolean":
                return FieldKind.YES_NO
            case _ if chosen:
                return FieldKind.CHOICE
            case "integer" | "number":
                return FieldKind.NUMBER
            case _ if said.get("format") == "date":
                return FieldKind.DATE
            case _:
                return FieldKind.LONG_TEXT if said.get("maxLength", 0) > _LONG else FieldKind.TEXT


def _formats(rulebook: Rulebook) -> Mapping[ClaimPath, Texts]:
    """What the rules that are asked at issue say of how single claims are written."""
    return {
        case.test.term.path: asked.rule.messages
        for asked in rulebook.asked[Moment.ISSUE]
        for case, _ in asked.cases
        if isinstance(case.test, Matches) and case.test.term.before is None and case.test.term.after is None
    }
