"""The `socsec` command line. Nothing is decided here, and a command's modules are read when it is called."""

from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from socsec.settings_faults import SettingsFaultsTold

COMMANDS = {
    "pki": "socsec.pki",
    "serve": "socsec.serve",
    "batch": "socsec.batching",
    "verify": "socsec.verifying",
    "prefetch": "socsec.prefetching",
    "trust-lists": "socsec.trust_lists",
    "receipt": "socsec.receipts",
    "directory": "socsec.directory",
    "notices": "socsec.notices",
    "audit": "socsec.auditing",
    "keys": "socsec.keys",
    "demo": "socsec.demo",
    "wallet": "wallet_sim.commands",
    "conform": "conformance.commands",
}
"""Each with the module whose `app` it is."""


class Commands(SettingsFaultsTold):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


main = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


@main.callback()
def _socsec() -> None:
    """Verifiable A1 certificates and European Health Insurance Cards."""
