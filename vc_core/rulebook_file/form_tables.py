"""The form of `[form]`: the sections of the paper form, and where it names the institution that fills it in."""

from collections.abc import Iterable
from types import MappingProxyType

from pydantic import Field

from vc_core.claims import ClaimPath, json_pointer
from vc_core.form_layout import FormLayout, FormSection
from vc_core.rulebook_file.fields import FileModel, Path, Texts


class _SectionTable(FileModel):
    number: str | None = None
    title: Texts
    claims: tuple[Path, ...] = Field(min_length=1)


class FormTable(FileModel):
    own_number: tuple[Path, ...] = ()
    own_name: tuple[Path, ...] = ()
    section: tuple[_SectionTable, ...] = ()

    def layout(self) -> FormLayout:
        sections = (FormSection(number=one.number, titles=one.title, claims=one.claims) for one in self.section)
        own = dict.fromkeys(self.own_number, "number") | dict.fromkeys(self.own_name, "name")
        return FormLayout(sections=tuple(sections), own=MappingProxyType(own))

    def problem(self, claims: Iterable[ClaimPath]) -> str | None:
        """What only the whole can show. claims: every claim of the type."""
        for path in (*self.own_number, *self.own_name):
            if None in path:
                return f"{json_pointer(path)} is no single place"
        placed = [path for section in self.section for path in section.claims]
        for path in {path[:1] for path in claims} if placed else ():
            if placed.count(path) != 1:
                return f"{json_pointer(path)} does not stand in one section"
        for path in placed:
            if len(path) != 1:
                return f"{json_pointer(path)} is inside another claim"
        return None
