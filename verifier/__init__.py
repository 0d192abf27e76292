"""The verifier service: asks wallets for a presentation, takes in codes and credentials, and answers with a verdict.

One process on one database; OpenID4VP 1.0 and HAIP 1.0 towards the wallet, JSON and pages towards the inspector. What
is true of a credential is decided in `vc_core`; this package parses requests, gathers evidence, stores and answers.
`app` puts it together, `http` and `adapters` stand at its edges, the verb-named modules are its use cases.
"""
