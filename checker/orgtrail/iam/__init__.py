"""Who may do what: policy documents, one concrete request (`evaluate`), and all requests at once (`prove`).

The words of the proof, from the outside in:

- case: one policy document (and the one it comes after, or has to be passed with it) that questions are asked about;
- world: the facts that aren't in it: whose the organization and the logs are, which accounts are trusted, guards;
- symbol, spelling: a string that nobody can spell yet, and one way to spell all of them; a verdict holds for every one;
- outline: what a document speaks of, whatever the spelling; scene: a document in one world under one spelling;
- question: what is looked for: a request that some statement allows and none denies, say;
- caller: one principal that stands for all of its kind (a class has several), whom the document can't tell apart;
- frame: one caller that does one action: what a statement means to it, and which values each condition key may have;
- value set: those values; space: the value sets of all keys, in which one request is a point;
- atom: one condition on one key; box: atoms that hold together, as a statement's do; boxes: what a statement matches;
- reading: what a statement says to all callers alike; over, under: boxes of at least, or at most, what it matches;
- worst, best: what isn't known taken so that most, or least, is found; where both find the same the answer is known;
- search: a point in one box and outside the others; witness: such a point as a request, which `evaluate` has confirmed;
- guard: what denies beside the document (SCP, RCP, public access block); steps: the bound on all this work.
"""
