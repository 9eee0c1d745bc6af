"""A case for an issue: the smallest input that still gives the same result, with every name in it replaced.

`bundle.py` is an input as files that can be written again, with the arguments of its check; `shrinking.py` takes away
what the result doesn't need, piece by piece (`trees.py` of JSON, `sources.py` of HCL); `naming.py` knows where names
stand, and `renaming.py` replaces whatever isn't a word of AWS's, Terraform's or orgtrail's own (`words.py`). After each
step the input is checked again, and the step is taken only where rule and verdict stay what they were.
"""
