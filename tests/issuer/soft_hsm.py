"""A hardware security module for tests: SoftHSM, with a token of its own in a folder of the test.

Tests that need it are skipped, with the reason, where it is not installed; in continuous integration they fail.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from issuer.adapters.pkcs11_uri import Pkcs11Uri

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
)
TOKEN, PIN = "socsec-tests", "648219"


@pytest.fixture(scope="session")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Pkcs11Uri:
    """A token. The module reads SOFTHSM2_CONF once for a process: one folder for all tests of a process."""
    folder = tmp_path_factory.mktemp("hsm")
    module = next((one for one in MODULES if one.exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        _missing("SoftHSM is not installed (Debian: softhsm2)")
    if find_spec("pkcs11") is None:
        _missing("python-pkcs11 is not installed")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "10203040", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    pin = folder / "pin"
    pin.write_text(f"{PIN}\n")
    assert module is not None
    return Pkcs11Uri(token=TOKEN, object=None, module_path=module, pin_source=pin)


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
