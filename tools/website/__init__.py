"""The documentation site: its sources from docs/ and the rules' docstrings, built strictly; versions side by side.

`python -m tools.website` (`make site`) builds build/site/out. `--version X --publish FOLDER` puts it beside the
versions that FOLDER (a checkout of the branch gh-pages) holds.
"""
