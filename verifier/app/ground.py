"""What the use cases of the service share."""

from dataclasses import dataclass

from vc_core.catalogue import Catalogue
from verifier.adapters.record_store import RecordStore
from verifier.adapters.request_store import RequestStore
from verifier.case_file import SealedVerdicts
from verifier.give_receipt import GiveReceipt
from verifier.http.pages import Pages
from verifier.inspection_profiles import Profiles
from verifier.judge_presentation import JudgePresentation
from verifier.ports import Clock, Measures, RandomBytes
from verifier.read_result import ReadResult
from verifier.rechecks import QueueRecheck, RunRechecks
from verifier.relying_party import RelyingParty
from verifier.settings import VerifierSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    settings: VerifierSettings
    party: RelyingParty
    catalogue: Catalogue
    profiles: Profiles
    requests: RequestStore
    records: RecordStore
    rechecks: RunRechecks
    measures: Measures
    sealed: SealedVerdicts
    pages: Pages
    clock: Clock
    random: RandomBytes

    @property
    def judge(self) -> JudgePresentation:
        return JudgePresentation(gather=self.rechecks.gather, catalogue=self.catalogue, measures=self.measures)

    @property
    def read(self) -> ReadResult:
        return ReadResult(requests=self.requests, clock=self.clock)

    @property
    def give_receipt(self) -> GiveReceipt:
        return GiveReceipt(party=self.party, random=self.random)

    @property
    def queue_recheck(self) -> QueueRecheck:
        return QueueRecheck(queue=self.rechecks.queue)
