"""Inputs: what the user names becomes an Estate, one file a kind."""
