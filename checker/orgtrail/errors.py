"""The one error that users see for input that can't be read: one line, exit code 2."""


class InputError(Exception):
    """An input or option that orgtrail can't use.

    The message says, in this order: which file (and place in it), what was found, what was expected, what to do. The
    command prints it on one line of standard error and ends with exit code 2.
    """

    def __init__(self, subject: str, found: str, expected: str = "", hint: str = "") -> None:
        if subject == "-" or subject.startswith("-:"):
            subject = f"standard input{subject[1:]}"
        sentence = f"{subject}: {found}"
        if expected:
            sentence += f"; expected {expected}"
        if hint:
            sentence += f" ({hint})"
        super().__init__(" ".join(sentence.split()))
