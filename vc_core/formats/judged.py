"""From a function that may reject to the check that it answers."""

from collections.abc import Callable, Sized

from vc_core.checks import Check, not_applicable, passed, rejected
from vc_core.rejection import Rejection

_TRANSACTION = "holder.transaction_data"


def judged(id_: str, require: Callable[[], object]) -> Check:
    """PASSED, or FAILED with what `require` rejected."""
    try:
        require()
    except Rejection as rejection:
        return rejected(id_, rejection)
    return passed(id_)


def judged_transactions(asked: Sized, require: Callable[[], object]) -> Check:
    """As `judged`; where nothing was asked and nothing is wrong, the question does not apply."""
    answer = judged(_TRANSACTION, require)
    return answer if asked or answer.reason else not_applicable(_TRANSACTION, "not_asked")
