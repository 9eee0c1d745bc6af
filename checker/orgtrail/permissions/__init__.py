"""What whoever applies a plan needs to be allowed: `needs.py` reads it off the plan, `stops.py` asks the SCPs.

`written.py` writes the table and the IAM policy. What the provider calls is `provider/calls.py`.
"""
