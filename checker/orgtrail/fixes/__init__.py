"""Fixes: edits made in the files of a source, shown as differences or written (`writing`)."""
