"""The HTTP edge: wallets, inspectors' and harnesses' JSON interface, and the inspector's pages."""
