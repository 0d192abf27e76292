"""What stands in a letter: the document as it is now, its code, and an offer that a wallet can still collect."""

from dataclasses import dataclass

from issuer.documents import Timing
from issuer.institutions import Institution
from issuer.refusals import DocumentOnHold
from issuer.use_cases.find_document import require_standing
from issuer.use_cases.make_offer import MadeOffer, MakeOffer
from issuer.use_cases.show_document import DocumentFile, ShowDocument, code_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """offer: None if none is open. code: None if the type has none, or the document says too much for one."""

    file: DocumentFile
    offer: MadeOffer | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareLetter:
    show: ShowDocument
    offers: MakeOffer

    def __call__(self, institution: Institution, type_id: str, document_id: str) -> LetterFacts:
        """Only of what is in effect. Refuses with `DocumentUnknown`, as `require_standing` or with `DocumentOnHold`."""
        file = self.show(institution, type_id, document_id)
        require_standing(file.document)
        if file.timing is Timing.ON_RELEASE:
            raise DocumentOnHold
        offer = file.open_offer
        return LetterFacts(
            file=file, offer=None if offer is None else self.offers.made(offer), code=code_text(file.credentials)
        )
