"""How inputs are read."""
