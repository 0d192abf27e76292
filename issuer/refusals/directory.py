"""What is refused to whoever keeps the directory, and to whoever looks something up in it."""

from dataclasses import dataclass

from issuer.refusals.refusal import Refusal


class DirectoryRefusal(Refusal):
    """Answered about the directory."""


@dataclass(eq=False)
class DirectoryEntryRefused(DirectoryRefusal):
    """The institution could not be put on the trust list like this."""

    reason: str


class CompetencesOverlap(DirectoryRefusal):
    """Two periods for one competence share a day; the earlier one has to be ended first."""


class CompetenceUnknown(DirectoryRefusal):
    """There is no credential type of this name."""


class NotInDirectory(DirectoryRefusal):
    """The directory has no such institution."""


class DirectoryUnreadable(DirectoryRefusal):
    """The directory is empty, and there is no trust list to begin with that can be relied upon."""


@dataclass(eq=False)
class LookupMalformed(DirectoryRefusal):
    """The directory is asked with `country`, `competence`, and if wanted `postcode`, `on` and `lang`."""

    pointer: str
