"""The one way through, for one input and for many."""
