"""A run's directory: all that is looked at in it, in the order of the page, and the verdict that it comes to."""

import os
import re
import stat

from anchors import hold_against_ledger, read_seal, receipt_of
from forms import CannotTell, NoRun, Wrong, clean, is_hash, is_number, moment
from forms import names_in, read_or, read_place, read_plain, sha256
from keys import verify
from log import Log
from outputs import LETTERS, compare, folder
from roster import Roster
from signing import Signing

LARGEST_BLOB, LONGEST_SEAL, LONGEST_SIGNATURE = 64 << 20, 16 << 10, 64 << 10
SIGNER = re.compile(r"(?![.-])[A-Za-z0-9@._+-]{1,128}\Z")
# Where what is about no single record stands among what is about one: behind all of them.
LAST = float("inf")


class Run:
    """Looks at a run, and collects what is wrong with it."""

    def __init__(self, path, given):
        self.path, self.given, self.name = path, given, os.path.basename(os.path.abspath(path))
        self.altered, self.doubts, self.unknown, self.notes = [], [], [], []
        self.heads, self.blobs, self.steps, self.opened = [], {}, {}, 0
        self.named, self.signers, self.roster, self.first, self.ledger_place = "", "", None, None, None
        self.torn, self.seal_text, self.seal, self.sealers, self.is_known = None, None, None, {}, True

    def file(self, name):
        return os.path.join(self.path, name)

    def doubt(self, n, word, text):
        self.doubts.append((n, word, text))

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def look(self):
        found = read_or(lambda: os.lstat(self.file("journal.jsonl")))
        if found is None or not stat.S_ISREG(found.st_mode):
            self.look_for_remains(found)
            return
        log = Log(self.file("journal.jsonl"))
        for record in log.records():
            self.take(record)
            self.heads.append(record.h)
        self.torn = log.torn
        self.altered += [f"journal.jsonl: {log.broken}"] if log.broken else []
        self.altered += [] if log.count else ["journal.jsonl holds no record"]
        self.notes += [f"the last {log.torn.length} bytes are no record"] if log.torn else []
        for value, n in self.blobs.items():
            why = self.blob(value)
            self.altered += [f"blob {value}, which record {n} names, {why}"] if why else []
        self.look_at_seal(log)
        self.look_at_ledger()
        self.look_at_outside()

    def look_for_remains(self, journal):
        remains = ("manifest.json", "seal/seal.txt", "lock")
        if journal is None and not any(read_or(lambda name=name: os.lstat(self.file(name))) for name in remains):
            raise NoRun(f"{self.path}: is no run")
        self.altered.append("journal.jsonl is missing, or no plain file")

    def take(self, record):
        kind, is_ours = record.said.get("t"), record.said.get("v") == 1
        if record.n == 0:
            self.begin(record)
        self.note_blobs(record)
        if kind == "runbook_adopted" and is_ours:
            self.adopt(record)
        if kind in ("action_ended", "ad_hoc_ended") and is_ours:
            self.look_at_outputs(record)
        if kind in ("action_started", "step_reopened", "option_chosen"):
            self.opened = record.n
        if isinstance(record.said.get("stmt"), str):
            Signing(self, record).look()
        elif kind == "step_signed" and is_ours:
            self.doubt(record.n, "signature", "it has the name of a signature, and is not written as one")

    def begin(self, record):
        """Takes from the first record what the run began with."""
        files = record.said.get("files")
        if not isinstance(files, dict) or not all(is_hash(value) for value in files.values()):
            files = {}
            self.note("the files of record 0 cannot be read, and are not looked at")
        kept = {name: self.pinned(name, value) for name, value in files.items()}
        book = files.get("runbook.yaml", "-")
        self.named = f"{record.text('run') or '-'} {record.text('runbook') or '-'} runbook-sha256:{book}"
        own = (kept.get("allowed_signers") or b"").decode("utf-8", "replace")
        self.signers = own if self.given.signers is None else self.given.signers
        self.first, self.ledger_place = record.h, read_place(record.text("ledger") or "-")
        if kept.get("roster.json") is not None:
            try:
                self.roster = Roster(kept["roster.json"])
            except CannotTell as why:
                self.note(str(why))
            except Wrong as why:
                self.doubt(0, "altered", f"roster.json: {why}")

    def pinned(self, name, value):
        """Gives a file that record 0 names, when it is the one."""
        try:
            if name in ("", ".", "..") or "/" in name or "\0" in name:
                raise Wrong("is no file of the directory")
            data = read_plain(self.file(name))
            if data is None or sha256(data) != value:
                raise Wrong("is missing" if data is None else "is another one")
            return data
        except Wrong as why:
            self.altered.append(f"{clean(name)}, which record 0 names, {why}")
            return None

    def note_blobs(self, record):
        one = record.said.get("blob")
        for named in (record.said.get("blobs") or [], [] if one is None else [one]):
            if isinstance(named, list) and all(is_hash(value) for value in named):
                for value in named:
                    self.blobs.setdefault(value, record.n)
            else:
                self.note(f"the blobs of record {record.n} cannot be read, and are not looked at")

    def blob(self, value):
        """Says what is wrong with a blob."""
        try:
            data = read_plain(self.file(f"blobs/{value[:2]}/{value}"), LARGEST_BLOB)
        except Wrong as why:
            return str(why)
        if data is None:
            return "is missing"
        return None if sha256(data) == value else "is another content"

    def adopt(self, record):
        """Goes by another edition of the runbook from here on."""
        files, kept = record.said.get("files"), record.said.get("blobs")
        if not isinstance(files, dict) or not isinstance(kept, list):
            return
        for name, value in files.items():
            if value not in kept or self.blob(value):
                self.doubt(record.n, "altered", f"the adopted runbook {clean(name)} is not there, or is another one")
        self.named = self.named.rsplit(":", 1)[0] + ":" + str(next(iter(files.values()), "-"))

    def look_at_outputs(self, record):
        said, is_beside = record.said, record.said.get("t") == "ad_hoc_ended"
        attempt = said.get("number" if is_beside else "attempt")
        step = f"beside/{attempt}" if is_beside else said.get("step")
        if not isinstance(step, str) or not is_number(attempt) or not isinstance(said.get("output"), list):
            return
        for output in said["output"]:
            try:
                if output["stream"] not in LETTERS:
                    self.note(f"record {record.n} names an output that is not known here")
                elif compare(self.file("commands/" + folder(step, attempt)), output):
                    self.note(f"of an output of record {record.n} only a part was kept")
            except Wrong as why:
                self.doubt(record.n, "altered", f"the {output['stream']} of {clean(step)}: {why}")
            except OSError as error:
                self.unknown.append(f"record {record.n}: {error}")

    def look_at_seal(self, log):
        try:
            self.seal_text = read_plain(self.file("seal/seal.txt"), LONGEST_SEAL)
            if self.seal_text is None:
                return
            self.seal = read_seal(self.seal_text)
        except CannotTell as why:
            self.note(str(why))
        except Wrong as why:
            self.altered.append(f"seal/seal.txt: {why}")
        if self.seal:
            own = (self.name, str(log.count), log.head, str(log.size), log.whole.hexdigest())
            facts = zip(("run", "records", "head", "bytes", "sha256"), own)
            self.altered += [f"seal/seal.txt: another {key}" for key, value in facts if self.seal[key] != value]
        for name in names_in(self.file("seal")):
            if self.seal_text is not None and name.endswith(".sig") and not name.startswith("."):
                self.look_at_sealer(name.removesuffix(".sig"))

    def look_at_sealer(self, person):
        at = moment(self.seal["time"]) if self.seal else None
        try:
            if not SIGNER.match(person):
                raise Wrong("that is nobody's id")
            armoured = read_plain(self.file(f"seal/{person}.sig"), LONGEST_SIGNATURE) or b""
            who = (self.signers, person)
            key = verify(who, ("mop-seal", at), armoured.decode("utf-8", "replace"), self.seal_text).key
            other = self.sealers.setdefault(key.plain, person)
            if other != person:
                raise Wrong(f"it is by the key of {other}")
            if self.given.signers is None and self.roster and not self.roster.has_key(person, key):
                raise Wrong("the roster does not have that key")
        except Wrong as why:
            self.doubt(LAST, "signature", f"the signature of the seal by {clean(person)}: {why}")
        except CannotTell as why:
            self.unknown.append(f"the signature of the seal by {clean(person)}: {why}")

    def look_at_ledger(self):
        state, runs = self.given.ledger, os.path.dirname(os.path.abspath(self.path))
        if state is None and os.path.basename(runs) == "runs":
            above = os.path.dirname(runs)
            state = above if any(os.path.exists(f"{above}/ledger.{end}") for end in ("jsonl", "lock")) else None
        if state is not None:
            places = [self.ledger_place, read_place(self.seal["ledger"]) if self.seal else None]
            seal = sha256(self.seal_text) if self.seal_text is not None else None
            told = hold_against_ledger(f"{state}/ledger.jsonl", (self.name, self.first, seal), [at for at in places if at])
            self.altered += told.wrong
            self.is_known = told.is_known
            self.notes += [] if told.is_known else ["the ledger does not know the run, or not its seal"]

    def look_at_outside(self):
        for receipt, n in self.given.receipts:
            if n >= len(self.heads) or receipt_of(self.heads[n]) != receipt:
                self.altered.append(f"record {n} is not the one of the receipt")
        for n, prev, h in self.given.heads:
            before = self.heads[n - 1 : n] == [prev] if n else prev == "0" * 64
            if self.heads[n : n + 1] != [h] or not before:
                self.doubt(n, "altered", "it is not the one whose head the witness kept")

    def verdict(self):
        if self.altered:
            return "altered"
        if self.doubts:
            return min(self.doubts, key=lambda doubt: doubt[0])[1]
        if self.unknown:
            return "cannot-tell"
        if self.given.ledger is not None and not self.is_known:
            return "not-in-ledger"
        if self.torn:
            return "torn-tail"
        if self.seal is None:
            return "unsealed" if self.seal_text is None else "newer-seal"
        if not self.sealers:
            return "unsigned"
        return "intact" if self.is_known else "not-in-ledger"

    def found(self):
        """Says what was found, a line each."""
        about = [text if n == LAST else f"record {n}: {text}" for n, _, text in self.doubts]
        return [clean(text) for text in self.altered + about + self.unknown + self.notes]
