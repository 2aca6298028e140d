"""The record anyone can check: signed checkpoints, proofs, the bundle, the page where a receipt is found."""
