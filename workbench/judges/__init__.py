"""Judges of the policy engine that share no code with it: a solver, random policies, spellings of symbols."""
