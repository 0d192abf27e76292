"""A simulated wallet: collects credentials (OpenID4VCI 1.0), keeps them, presents them (OpenID4VP 1.0).

`wallet.Wallet` is the library, `commands` the command line, `faults` what a wallet can do wrong, for scenarios only.

    receive   issuance > issuer_metadata, access_token, credential_request, possession > receipt, type_metadata
    present   request > held > presentation
    below     exchange (HTTP within bounds), evidence (trust and status), store (disk), refusals
"""
