"""The authors of the exam: each module of this package holds the cases of one matter, written by hand.

`python -m tools.exam_cases` writes them to tests/exam/cases, `--check` says which folders there differ. A case is an
input and what a reviewer who knows AWS's pages must answer: nothing here is taken from what orgtrail says.
"""
