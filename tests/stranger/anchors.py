"""What speaks for a run beside its journal: the seal, the ledger, receipts, and the heads that a witness kept."""

import os
import re

from forms import HASH, CannotTell, Wrong, clean, moment
from log import CONTROL, Log

NUMBER = r"0|[1-9]\d*"
SEAL = {
    "run": r".+",
    "records": NUMBER,
    "head": HASH,
    "bytes": NUMBER,
    "sha256": HASH,
    "ledger": rf"-|({NUMBER}) {HASH}",
    "result": r"\S(.*\S)?",
    "time": r".+",
}
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def read_seal(text):
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError:
        raise Wrong("it is no text") from None
    if lines[0] != "mop seal v1":
        raise CannotTell("the seal is of another version") if lines[0].startswith("mop seal v") else Wrong("it is no seal")
    if len(lines) != len(SEAL) + 2 or lines[-1]:
        raise Wrong("it has not nine lines")
    said = {}
    for (key, form), line in zip(SEAL.items(), lines[1:]):
        if not line.startswith(f"{key} ") or not re.fullmatch(form, line[len(key) + 1 :]):
            raise Wrong(f"its line {key} is not as it has to be")
        said[key] = line[len(key) + 1 :]
    result = said["result"].encode()
    if moment(said["time"]) is None or CONTROL.search(result) or len(result) > 4096:
        raise Wrong("its time or its result is none")
    return said


class Told:
    """Is what a ledger says of a run."""

    def __init__(self):
        self.wrong, self.knows_run, self.knows_seal, self.count = [], False, False, 0

    @property
    def is_known(self):
        return self.knows_run and self.knows_seal

    def take(self, record, known, places):
        name, first, seal = known
        said, is_named = record.said, record.said.get("run") == name
        is_other = any(n == record.n and h != record.h for n, h in places)
        self.wrong += [f"entry {record.n} of the ledger is not the one that the run saw"] if is_other else []
        if said.get("t") == "run_opened" and said.get("first") == first:
            self.knows_run = True
            self.wrong += [] if is_named else [f"the ledger knows the run as {clean(said.get('run'))}"]
        elif said.get("t") == "run_opened" and is_named:
            self.wrong.append("the ledger knows another run by this name")
        elif said.get("t") == "run_sealed" and seal is not None and said.get("seal") == seal:
            self.knows_seal = True
        elif said.get("t") == "run_sealed" and is_named:
            self.wrong.append("the ledger knows a seal of this run, and it is another one or gone")


def hold_against_ledger(path, known, places):
    """Holds a run, by its name, its first hash and the hash of its seal, against the ledger."""
    told, log = Told(), Log(path)
    told.knows_seal = known[2] is None
    for record in log.records() if os.path.exists(path) else []:
        told.take(record, known, places)
    told.wrong += [f"ledger.jsonl: {log.broken}"] if log.broken else []
    told.wrong += [f"the ledger ends before entry {n}, which the run saw" for n, _ in places if n >= log.count]
    return told


def receipt_of(h):
    bits = int(h[:20], 16)
    return "".join(LETTERS[bits >> 5 * at & 31] for at in range(15, -1, -1))


def plain_receipt(text):
    """Reads a receipt as people write it."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(str.maketrans("OIL", "011"))
    if len(plain) != 16 or not set(plain) <= set(LETTERS):
        raise ValueError(f"{clean(text)} is no receipt")
    return plain


def read_heads(path, run):
    """Reads the heads of a run that a witness kept."""
    spelt = [f"%{byte:02X}" for byte in range(256)]
    word = "".join(c if c.isalnum() or c in "-_.+:@,=" else "".join(spelt[byte] for byte in c.encode()) for c in run)
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.endswith("\n") and not line.endswith("#\n")]
    heads = {(int(n), prev, h) for name, n, prev, h in lines if name == word}
    if not heads or len({n for n, _, _ in heads}) != len(heads):
        raise ValueError(f"{path}: holds no head of this run, or two that differ")
    return sorted(heads)
