"""What institutions are refused."""

from dataclasses import dataclass

from issuer.documents import Remark
from issuer.refusals.refusal import Refusal

_JSON_FAULTS = {
    "json_malformed": "it is empty, is not JSON (RFC 8259), or is not in UTF-8 without a byte order mark",
    "json_not_object": "it is JSON, but not an object",
    "json_member_repeated": "an object in it has a member twice",
    "json_number_out_of_range": "a number in it does not fit in 64 bits",
    "json_too_deep": "it nests too deep",
}


class InstitutionRefusal(Refusal):
    """Answered to an institution."""


class ApiKeyMissing(InstitutionRefusal):
    """This interface needs a bearer key."""


class ApiKeyUnknown(InstitutionRefusal):
    """The bearer key belongs to no institution."""


@dataclass(eq=False)
class BearerTokenRefused(InstitutionRefusal):
    """The access token does not hold, or does not say for which institution and in which roles it speaks."""

    reason: str


class TypeUnknown(InstitutionRefusal):
    """There is no such credential type."""


class TypeNotEntitled(InstitutionRefusal):
    """The institution may not issue this type."""


@dataclass(eq=False)
class QueryParameterUnknown(InstitutionRefusal):
    """The query has a parameter that this address does not know; `known` are those that it does."""

    known: tuple[str, ...]


@dataclass(eq=False)
class ImportModelUnknown(InstitutionRefusal):
    """There is no such model from which documents of this type can be imported; `known` are those that there are."""

    known: tuple[str, ...]


class IdempotencyKeyMissing(InstitutionRefusal):
    """Registering needs an Idempotency-Key header: one key for one document, repeated when the request is repeated."""


class IdempotencyKeyMalformed(InstitutionRefusal):
    """An Idempotency-Key has 1 to 255 visible ASCII characters and is given once."""


class IdempotencyKeyReused(InstitutionRefusal):
    """The Idempotency-Key was used for another document."""


@dataclass(eq=False)
class BodyTooLarge(InstitutionRefusal):
    """The body is larger than this address reads. max_bytes: as much as it does."""

    max_bytes: int

    @property
    def detail(self) -> str:
        return f"The body is larger than this address reads: at most {self.max_bytes} bytes."


@dataclass(eq=False)
class BodyMalformed(InstitutionRefusal):
    """The body is not a JSON object as this service reads it. line, column: where it ceases to be JSON, from 1."""

    reason: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None

    @property
    def detail(self) -> str:
        place = "" if self.line is None else f", at line {self.line}, column {self.column}"
        fault = _JSON_FAULTS.get(self.reason, self.reason)
        return f"The body is not a JSON object as this service reads it: {fault}{place}."


@dataclass(eq=False)
class OrderMalformed(InstitutionRefusal):
    """A member of the order is missing, unknown or not of the form prescribed."""

    reason: str
    pointer: str


@dataclass(eq=False)
class DocumentFaulty(InstitutionRefusal):
    """The document breaks rules; all of them are listed."""

    faults: tuple[Remark, ...]
    notes: tuple[Remark, ...]


@dataclass(eq=False)
class DocumentNumberTaken(InstitutionRefusal):
    """A document of this number is registered already."""

    document_id: str


class DocumentUnknown(InstitutionRefusal):
    """The institution has no such document."""


class DocumentIsWithdrawn(InstitutionRefusal):
    """The document is withdrawn."""


class DocumentIsSuspended(InstitutionRefusal):
    """The document is suspended: until that is lifted nothing is made of it."""


class DocumentErased(InstitutionRefusal):
    """The claims of the document were erased when the period had passed for which they are kept."""


class CorrectionRenumbers(InstitutionRefusal):
    """A corrected document keeps its number."""


class CorrectionOutdated(InstitutionRefusal):
    """The document was corrected by somebody else since the version that this correction is of."""


class PreconditionMalformed(InstitutionRefusal):
    """`If-Match` is given once, with one entity tag as the document's `ETag` has it, or with `*`."""


class DocumentOnHold(InstitutionRefusal):
    """The document is on hold: until it is released it is not printed, corrected, nor offered with others."""


class DocumentNotOnHold(InstitutionRefusal):
    """The document is not on hold: it was registered without a hold, or released before."""


class BindingNotAllowed(InstitutionRefusal):
    """The rulebook of the type does not allow that credentials are bound like this."""


@dataclass(eq=False)
class RegistrationMalformed(InstitutionRefusal):
    """Of the query, `hold` is `true` or `false`, `binding` is `key`, `claim` or `none`; each is given once."""

    pointer: str


class WithdrawnOtherwise(InstitutionRefusal):
    """The document was withdrawn by another order."""


class OfferUnknown(InstitutionRefusal):
    """There is no such offer."""


class NoInspectionCode(InstitutionRefusal):
    """Documents of this type have no inspection code."""


class LanguageUnknown(InstitutionRefusal):
    """There are no words in this language."""


class InstitutionNotCompetent(InstitutionRefusal):
    """The institution is not competent for this type today: no verifier would confirm what it signs."""


class SignerNotCertified(InstitutionRefusal):
    """The institution's document signer has no certificate that is valid now."""
