"""Proves that an AWS organization trail will work, and that no member account can read its logs."""

__version__ = "0.1.0"
