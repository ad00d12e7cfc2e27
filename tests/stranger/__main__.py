"""Verifies the directory of a run by docs/journal.md alone: Python 3 and ssh-keygen, and nothing of mop.

    python3 tests/stranger [--allowed-signers FILE] [--ledger STATE] [--heads FILE] [--receipt R --at N]... DIR

The first line is the verdict in one word, each line behind it something that was found; the exit code is the
verdict's. What the runbook asks of its roles is not looked at, because YAML would have to be read. Nothing is written.
"""

import argparse
import os
import sys

from anchors import plain_receipt, read_heads
from forms import NoRun
from run import Run

EXITS = {"intact": 0, "altered": 1, "signature": 1, "cannot-tell": 2}
UNVOUCHED = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("dir")
    parser.add_argument("--allowed-signers", metavar="FILE", help="a list of keys that you know")
    parser.add_argument("--ledger", metavar="STATE", help="the state directory with the ledger to hold it against")
    parser.add_argument("--heads", metavar="FILE", help="the heads that a witness kept")
    parser.add_argument("--receipt", metavar="R", action="append", default=[], help="a receipt of a record")
    parser.add_argument("--at", metavar="N", action="append", type=int, default=[], help="the number of that record")
    given = parser.parse_args()
    given.signers = None
    if given.allowed_signers:
        with open(given.allowed_signers, encoding="utf-8") as file:
            given.signers = file.read()
    if len(given.receipt) != len(given.at):
        parser.error("each --receipt needs its --at")
    given.receipts = [(plain_receipt(receipt), n) for receipt, n in zip(given.receipt, given.at)]
    given.heads = read_heads(given.heads, os.path.basename(os.path.abspath(given.dir))) if given.heads else []
    return given


def main():
    try:
        given = arguments()
        run = Run(given.dir, given)
        run.look()
    except (NoRun, OSError, ValueError) as error:
        print(f"stranger: {error}", file=sys.stderr)
        return 2
    verdict = run.verdict()
    print(verdict)
    for text in run.found():
        print(f"  {text}")
    is_asked = verdict == "not-in-ledger" and given.ledger is not None
    return 1 if is_asked else EXITS.get(verdict, UNVOUCHED)


if __name__ == "__main__":
    sys.exit(main())
