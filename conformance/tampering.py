"""One planned presentation made with one named fault of a wallet, for whoever wants to show what comes of it."""

from wallet_sim.faults import FAULTS, PresentationFault, PresentationIngredients
from wallet_sim.presentation import PlannedPresentation


def with_fault(planned: PlannedPresentation, fault_id: str) -> str:
    """The presentation as it goes into `vp_token`. Raises `KeyError` for what is no fault of a presentation."""
    fault = FAULTS[fault_id]
    if not isinstance(fault, PresentationFault):
        raise KeyError(fault_id)
    return fault.make(PresentationIngredients(planned=planned, stranger=planned.holder, earlier=planned.challenge))
