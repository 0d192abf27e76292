"""Finds which institution is competent: by country, type, day and postcode. Anybody may ask."""

from dataclasses import dataclass
from datetime import date

from issuer.directory import Competence, DirectoryEntry
from issuer.ports import Clock, Transactions
from issuer.refusals import CompetenceUnknown
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Competent:
    """An institution, and the competence that answers the question."""

    entry: DirectoryEntry
    competence: Competence


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCompetent:
    transactions: Transactions
    catalogue: Catalogue
    clock: Clock

    def __call__(
        self, country: str, type_id: str, *, postcode: str | None = None, on: date | None = None
    ) -> tuple[Competent, ...]:
        """Without a postcode all of the country; with one those whose district holds it most exactly. on: today unless
        said otherwise. Refuses with `CompetenceUnknown`."""
        if type_id not in self.catalogue.rulebooks:
            raise CompetenceUnknown
        day = on or self.clock().date()
        entries = self.transactions.read(lambda register: register.directory.competent(country, type_id, on=day))
        found = [
            Competent(entry=entry, competence=one)
            for entry in entries
            for one in entry.competences
            if one.type_id == type_id and one.covers(day)
        ]
        if postcode is None:
            return tuple(found)
        near = [(one.competence.nearness(postcode), one) for one in found]
        best = max((nearness for nearness, _ in near if nearness is not None), default=None)
        return tuple(one for nearness, one in near if nearness is not None and nearness == best)
