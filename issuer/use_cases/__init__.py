"""The verbs of the issuer, one module each. What they need is in `issuer.ports`, what they refuse in `refusals`."""
