"""Reads a document written in another system's model: what it says in claims, what was lost, and what rules object to.

Nothing is stored. Whoever asks looks at the answer, adds what is missing, and registers the claims.
"""

from dataclasses import dataclass

from issuer.documents import Remark
from issuer.institutions import Institution
from issuer.ports import Clock
from issuer.refusals import BodyMalformed, ImportModelUnknown
from issuer.use_cases.find_type import find_type
from issuer.use_cases.judge_document import judge
from issuer.use_cases.read_body import read_object
from vc_core.catalogue import Catalogue
from vc_core.model_import import Imported, import_document
from vc_core.rejection import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDocument:
    """faults: what would keep the claims out; remarks: what would not."""

    imported: Imported
    faults: tuple[Remark, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadForeign:
    catalogue: Catalogue
    max_body_bytes: int
    clock: Clock

    def __call__(self, institution: Institution, type_id: str, model_id: str, body: bytes) -> ForeignDocument:
        """Refuses with `TypeUnknown`, `TypeNotEntitled`, `ImportModelUnknown` or `BodyMalformed`.

        The register's other documents are not looked at; registering does.
        """
        rulebook = find_type(self.catalogue, institution, type_id)
        models = self.catalogue.imports[type_id]
        model = models.get(model_id)
        if model is None:
            raise ImportModelUnknown(known=tuple(sorted(models)))
        document = read_object(body, self.max_body_bytes)
        try:
            imported = import_document(model, rulebook, document)
        except Rejection as rejection:
            raise BodyMalformed(rejection.reason, rejection.where) from rejection
        judged = judge(rulebook, institution, imported.claims, (), today=self.clock().date())
        return ForeignDocument(imported=imported, faults=judged.faults, remarks=judged.remarks)
