"""One signed record, held against the run, the roster, and the other signatures of its step."""

import re
from datetime import timedelta

from forms import HASH, CannotTell, Wrong, clean, is_number, moment, read_place
from keys import verify
from roster import LEVELS
from statement import is_signed, settles, shown, statement

NOBODY = {"id": "", "name": ""}
BY_WORD = {"name": "name only", "pin": "pin"}


class Signing:
    def __init__(self, run, record):
        self.run, self.record, self.said, self.n = run, record, record.said, record.n
        who = self.said.get("who")
        is_person = isinstance(who, dict) and all(isinstance(who.get(key), str) for key in ("id", "name"))
        self.who = who if is_person else NOBODY
        self.is_amendment = self.said.get("t") == "record_amended"
        self.words = self.outcome()
        # What it says can be held against the record only where the record is of a kind that is known.
        self.is_known = self.said.get("v") == 1 and self.words is not None and is_signed(self.said)
        self.claim = None

    def outcome(self):
        """Gives what the statement has to have as its outcome."""
        said = self.said
        if self.is_amendment and is_number(said.get("of")):
            return f"record {said['of']} is wrong: {said.get('wrong')}; right: {said.get('right')}"
        return settles(said) if said.get("t") == "step_signed" else None

    def expect(self, holds, text):
        if not holds:
            self.run.doubt(self.n, "signature", text)

    def look(self):
        is_ours = self.said.get("t") in ("step_signed", "record_amended") and self.said.get("v") == 1
        if is_ours and not self.is_known:
            return self.expect(False, "it has the name of a signature, and is not written as one")
        try:
            self.claim = statement(self.said["stmt"])
            if self.claim is None:
                self.run.note(f"the statement of record {self.n} is of another version")
        except Wrong as why:
            self.expect(False, str(why))
        if self.claim:
            self.hold()
        if self.claim and self.is_known:
            self.hold_what_was_signed()
        self.hold_person()
        key = self.key() if isinstance(self.said.get("sig"), str) else None
        if key or not isinstance(self.said.get("sig"), str):
            self.look_at_pair(key)
        return None

    def says(self, key, expected):
        line, said = shown(f"{key:<10}{expected}"), self.claim[key]
        if line is None:
            self.run.note(f"the line {key} of record {self.n} holds characters that are not compared here")
        else:
            self.expect(f"{key:<10}{said}" == line, f"the statement says {key} {clean(said)}, the record {clean(expected)}")

    def hold(self):
        """Holds what every statement says against the run and the person."""
        self.says("run", self.run.named)
        self.says("signer", self.who["id"])
        self.says("name", self.who["name"])
        said = self.claim["time"].split(" ", 1)
        signed, recorded = moment(said[0]) if len(said) == 2 else None, moment(self.record.text("ts"))
        is_time = signed is not None and recorded is not None
        self.expect(is_time, "its time, or that of its statement, is none")
        self.expect(not is_time or signed - recorded <= timedelta(minutes=5), "it was signed after it was recorded")
        base = read_place(self.claim["base"])
        at = self.run.heads[base[0] : base[0] + 1] if base else []
        self.expect(base is not None and at == [base[1]], "the signer saw another record than there is")

    def hold_what_was_signed(self):
        """Holds it against what the record says was signed, and what proves it."""
        said, claim = self.said, self.claim
        if not self.is_amendment:
            begin = shown(f"step      {said['step']} \"")
            is_about_it = begin is None or f"step      {claim['step']}".startswith(begin)
            self.expect(is_about_it, "its statement is about another step")
        reason, role = said.get("why" if self.is_amendment else "reason"), said.get("role")
        self.says("outcome", self.words)
        self.says("reason", "-" if reason is None else reason)
        self.says("meaning", said["meaning"])
        self.says("role", "-" if role is None else role)
        if role is not None:
            self.run.note(f"what the runbook asks of the role {clean(role)} is not looked at")
        base = read_place(claim["base"])
        self.expect(base is None or base[0] == said["seen"], "its statement names another record as seen")
        for key in ("shown", "values", "probes"):
            named = re.match(f"sha256:({HASH})(?: |\\Z)", claim[key])
            is_kept = named is not None and named.group(1) in said["blobs"]
            self.expect(is_kept or (key == "probes" and claim[key] == "-"), f"it does not keep what it names as {key}")
        by_word, has_signature = BY_WORD.get(said["level"]), isinstance(said.get("sig"), str)
        is_so = has_signature if by_word is None else claim["auth"] == by_word and not has_signature
        self.expect(is_so, f"{said['level']} is to prove it, and the statement or the signature says otherwise")

    def hold_person(self):
        roster = self.run.roster
        member = roster.people.get(self.who["id"]) if roster else None
        self.expect(member is None or member["name"] == self.who["name"], "the roster knows that person by another name")
        if roster and self.is_known:
            level = self.said["level"]
            needs = max(LEVELS.index(roster.level), LEVELS.index(member["level"]) if member else 0)
            self.expect(LEVELS.index(level) >= needs, f"{level} proves it, and the roster asks for more")
            has_pin = member is not None and member.get("pin") is not None
            self.expect(level != "pin" or has_pin, "the roster has no PIN of that person")

    def key(self):
        """Gives the key of a signature that holds."""
        said, person, roster = self.said, self.who["id"], self.run.roster
        at, text = moment(self.record.text("ts")), (said["stmt"] + "\n").encode()
        try:
            signature = verify((self.run.signers, person), ("mop-signoff", at), said["sig"], text)
            if self.is_known and said["level"] == "touch" and not signature.flags & 1:
                raise Wrong("the token was not touched")
        except Wrong as why:
            return self.expect(False, f"the signature of {clean(person)} does not hold: {why}")
        except CannotTell as why:
            self.run.unknown.append(f"record {self.n}: {why}")
            return None
        is_named = self.claim is None or self.claim["auth"] in signature.key.auths()
        self.expect(is_named, "another key signed than the statement names")
        self.expect(roster is None or roster.has_key(person, signature.key), "the roster does not have that key")
        return signature.key

    def look_at_pair(self, key):
        """Sees that what is done was signed by two people with two keys, where two signed it."""
        if self.is_amendment or not self.is_known or self.said["meaning"] not in ("executed", "witnessed"):
            return
        person, step = self.who["id"], self.run.steps.setdefault(self.said["step"], ({}, {}))
        people, keys = step
        last = max(people.values(), default=None)
        if self.said["meaning"] == "executed" and last is not None and self.run.opened > last:
            people.clear()
            keys.clear()
        owner = keys.setdefault(key.plain, self.n) if key else self.n
        self.expect(person not in people, f"{clean(person)} signed that step a second time")
        self.expect(owner == self.n or person in people, "two people signed that step with one key")
        people[person] = self.n
