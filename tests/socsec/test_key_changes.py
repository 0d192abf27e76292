"""A signer changed: broken off at any step, the log lacks nothing that was done."""

from dataclasses import replace
from pathlib import Path

import pytest

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.app.keys import open_keys
from issuer.institutions import KeyUse
from issuer.settings import IssuerSettings
from socsec.key_changes import change_signer
from tests.issuer.use_cases.test_keep_keys import OFFICER, Failing, PowerFailedError
from tests.issuer.world import BASE_URL, NOW, URSSAF, make_pilot_folder


def test_the_old_key_is_used_until_the_log_says_that_it_is_retired(tmp_path: Path) -> None:
    make_pilot_folder(tmp_path)
    settings = IssuerSettings(data=tmp_path, base_url=BASE_URL)
    institution = InstitutionDirectory.read(tmp_path).by_id(URSSAF)
    with open_keys(settings, clock=lambda: NOW) as keys:
        assert isinstance(keys.keep.transactions, SqlTransactions)
        failing = replace(keys.keep, transactions=Failing(keys.keep.transactions, 0))
        with pytest.raises(PowerFailedError):
            change_signer(tmp_path, replace(keys, keep=failing), institution, KeyUse.DOCUMENTS, by=OFFICER)
    used = InstitutionDirectory.read(tmp_path).by_id(URSSAF)
    assert used.document_signer.chain == institution.document_signer.chain
