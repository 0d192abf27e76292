"""What the load benchmarks issue and verify (`load.toml`), and how an institution registers it over HTTP."""

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vc_core.catalogue import Catalogue

SUBJECT = Path(__file__).parent / "load.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSubject:
    """formats: asked for in turn. expected: what the answer is judged against."""

    type: str
    example: str
    institution: str
    profile: str
    formats: Sequence[str]
    expected: Mapping[str, str]

    @classmethod
    def read(cls) -> "LoadSubject":
        return cls(**tomllib.loads(SUBJECT.read_text()))

    def claims(self, catalogue: Catalogue, number: int) -> dict[str, Any]:
        """The example with a document number and a person of its own."""
        claims: dict[str, Any] = deepcopy(dict(catalogue.examples(self.type)[self.example]))
        claims["document_number"] = f"{claims['document_number'][:10]}{number:010}"
        claims["personal_administrative_number"] = f"2880413{number:08}"
        return claims
