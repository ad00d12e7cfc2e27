"""The statement that is signed, and what a record has to hold beside it."""

import unicodedata

from forms import Wrong, is_hash, is_number, is_text_or_null
from roster import LEVELS

KEYS = [
    "run", "step", "outcome", "meaning", "role", "signer", "name", "time", "base", "shown", "values", "probes",
    "terminal", "auth", "reason",
]  # fmt: skip
OUTCOMES = ["done", "overridden", "failed", "skipped", "deferred", "not_applicable"]
PROOFS = [None, "claimed", "checked", "sensed"]
MEANINGS = ["executed", "witnessed", "failed", "skipped", "amended"]
NOT_A_MARK = {"Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "So", "Zs"}


def shown(line):
    """Makes a line safe to show; gives nothing where it holds what this program does not know how to write."""
    line = line.replace("\r\n", "\n").replace("\n", "⏎").replace("\t", "  ")
    if any(not c.isascii() and unicodedata.category(c) not in NOT_A_MARK or "\u1100" <= c <= "\u11ff" for c in line):
        return None
    return "".join(f"^{chr(ord(c) ^ 64)}" if c < " " or c == "\x7f" else c for c in line)


def statement(text):
    """Takes a statement apart; gives nothing when it is of another version."""
    lines = text.split("\n")
    if lines[0] != "mop sign-off v1":
        if lines[0].startswith("mop sign-off v"):
            return None
        raise Wrong("it is no statement")
    if len(lines) != len(KEYS) + 1:
        raise Wrong("its statement has not sixteen lines")
    said = {}
    for key, line in zip(KEYS, lines[1:]):
        if not line.startswith(f"{key:<10}") or len(line) == 10:
            raise Wrong(f"its statement has no line {key} in its place")
        said[key] = line[10:]
    return said


def is_signed(said):
    """Tells whether a record has what every signature has."""
    return (said.get("meaning") in MEANINGS and is_text_or_null(said.get("role")) and is_number(said.get("seen"))
            and isinstance(said.get("stmt"), str) and said.get("level") in LEVELS and is_text_or_null(said.get("sig"))
            and isinstance(said.get("blobs"), list) and all(map(is_hash, said["blobs"])))


def settles(said):
    """Gives the words for what a signature settles; nothing when the record is not written as one."""
    later = said.get("deferred")
    if later is not None and not (isinstance(later, dict) and all(isinstance(later.get(key), str) for key in ("to", "until"))):
        return None
    if not isinstance(said.get("step"), str) or said.get("outcome") not in OUTCOMES or said.get("proof") not in PROOFS:
        return None
    if not is_text_or_null(said.get("reason")):
        return None
    words = said["outcome"].replace("_", " ") + (f" to {later['to']} until {later['until']}" if later else "")
    return words + (f", {said['proof']}" if said.get("proof") else "")
