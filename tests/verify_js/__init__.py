"""The second verifier: the one that runs in residents' browsers, here under node."""
