"""Saved plans, read natively: the zip, the message in it, its values, the state and the source."""
