"""Reads older documents for what officers find them by, so far as it was not yet looked for when they were registered.

Few at a time, each few in a transaction of their own, so that the service works meanwhile however many millions there
are. May be broken off at any time, and run by several at once: none is read twice, and what is left is marked in the
register itself. Searches that may miss some say so (`issuer.searches.Page`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from issuer.ports import Register, Transactions
from issuer.subjects import subject_of
from vc_core.catalogue import Catalogue
from vc_core.rulebook import Rulebook

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocuments:
    """at_once: documents for one transaction."""

    transactions: Transactions
    catalogue: Catalogue
    at_once: int = AT_ONCE

    def __call__(self, is_over: Callable[[], bool]) -> int:
        """How many have been read. Those of a type that is not in the catalogue are left until it is.

        is_over: asked before each few; may wait, to leave time for other work.
        """
        return sum(self._of_type(rulebook, is_over) for _, rulebook in sorted(self.catalogue.rulebooks.items()))

    def _of_type(self, rulebook: Rulebook, is_over: Callable[[], bool]) -> int:
        if self.transactions.read(lambda register: register.subjects.all_read(rulebook.type_id)):
            return 0
        documents, after = 0, ""
        while not is_over():
            read = self.transactions.write(partial(self._read_some, rulebook, after))
            if not read:
                break
            documents, after = documents + len(read), read[-1]
        return documents

    def _read_some(self, rulebook: Rulebook, after: str, register: Register) -> list[str]:
        """Their ids, in order."""
        documents = register.subjects.unread(rulebook.type_id, after=after, limit=self.at_once)
        register.subjects.fill([(one, subject_of(rulebook, one.claims, None)) for one in documents])
        return [one.id for one in documents]
