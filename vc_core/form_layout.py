"""How the paper form of a type is laid out: its sections, and where it names the institution that fills it in.

`rulebook` holds it (table `[form]` of `rulebook.toml`); what stands in the sections follows from the claims themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vc_core.claims import ClaimPath
from vc_core.code_list import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """One section. number: as on paper, None where paper has none. claims: top-level ones in the order of the form."""

    number: str | None
    titles: Texts
    claims: tuple[ClaimPath, ...]

    def title(self, language: str) -> str:
        return self.titles.get(language, self.titles["en"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """sections: together they hold every top-level claim once; empty if the type tells nothing of its form.

    own: concrete paths at which the institution stands that makes the document, each to `number` or `name`.
    """

    sections: tuple[FormSection, ...] = ()
    own: Mapping[ClaimPath, str]
