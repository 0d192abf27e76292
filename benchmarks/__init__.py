"""How long issuing and verifying take, as ratios to the raw P-256 operations of the same run (design.md 11).

    python -m benchmarks [--rounds N] [--results FILE]

`measures.toml` says what is measured and which ratios have targets, `world` makes the keys and credentials, `subjects`
the operations, `rounds` times them side by side, `report` writes the outcome. Everything goes through the functions
that the services call, which remember what they read of certificates met lately; `mdoc_verify_new_signer` shows the
same where no certificate was ever met. Left out: HTTP and the database, whose cost no ratio to a signature describes.
"""
