"""A log, which is the journal or the ledger: lines, chain, what is no record, and JSON that never reads in two ways."""

import hashlib
import json
import re

from forms import HASH, sha256

LONGEST_LINE = 65_536
OPENING = re.compile(rb'\{"n":(0|[1-9][0-9]{0,15}),"prev":"(%s)",' % HASH.encode())
CLOSING = re.compile(rb',"h":"(%s)"\}\n\Z' % HASH.encode())
TAIL = 6 + 64 + 3
RECOVER = re.compile(rb'"t":"recover","off":(0|[1-9]\d*),"len":(0|[1-9]\d*),"sha256":"(%s)"' % HASH.encode())
ID = re.compile(rb',"id":"([0-9a-f]{32})"\Z')
CONTROL = re.compile(rb"[\0-\x1f]")


def strict(data):
    def once(pairs):
        members = dict(pairs)
        if len(members) != len(pairs):
            raise ValueError("a key twice")
        return members

    def whole(digits):
        if digits == "-0" or abs(int(digits)) >= 1 << 53:
            raise ValueError("a number")
        return int(digits)

    def refuse(_):
        raise ValueError("a number that is not whole")

    numbers = {"parse_int": whole, "parse_float": refuse, "parse_constant": refuse}
    value = json.loads(data.decode(), object_pairs_hook=once, **numbers)
    look_at(value, 1)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def look_at(value, depth):
    if isinstance(value, str):
        value.encode()  # Half of a surrogate pair has no bytes.
    elif isinstance(value, (dict, list)):
        if depth > 127:
            raise ValueError("too deep")
        for part in value:
            look_at(part, depth + 1)
            if isinstance(value, dict):
                look_at(value[part], depth + 1)


class Record:
    def __init__(self, n, h, said):
        self.n, self.h, self.said = n, h, said

    def text(self, name):
        value = self.said.get(name)
        return value if isinstance(value, str) else None


class Stretch:
    """Is bytes that are no record, as far as they were read."""

    def __init__(self, offset):
        self.offset, self.length, self.running = offset, 0, hashlib.sha256()

    def add(self, data):
        self.length += len(data)
        self.running.update(data)

    @property
    def end(self):
        return self.offset + self.length

    def named(self):
        return self.offset, self.length, self.running.hexdigest()


class Log:
    """Walks along a log; what is wrong with it is known when the walk is over."""

    def __init__(self, path):
        self.path, self.count, self.head, self.size = path, 0, "0" * 64, 0
        self.broken, self.torn, self.whole = None, None, hashlib.sha256()
        self.unfit, self.ids, self.stretches = [], set(), []

    def records(self):
        with open(self.path, "rb") as file:
            for data in file:
                self.whole.update(data)
                record = None if self.broken else self.take(data)
                if record:
                    yield record
                self.size += len(data)
        if self.stretches and self.stretches[-1].end == self.size:
            self.torn = self.stretches.pop()
        buried = [f"bytes at {stretch.offset} are no record, and none names them" for stretch in self.stretches]
        self.broken = self.broken or next(iter(buried + self.unfit), None)

    def take(self, data):
        closing = CLOSING.search(data[-TAIL:])
        if not closing or CONTROL.search(data[:-1]):
            if not self.stretches or self.stretches[-1].end != self.size:
                self.stretches.append(Stretch(self.size))
            self.stretches[-1].add(data)
            return None
        opening, h = OPENING.match(data), closing.group(1).decode()
        problem = self.problem(data, opening, h)
        if problem:
            self.broken = f"record {self.count} at byte {self.size}: {problem}"
            return None
        said = self.read(data, data[opening.end() : -TAIL])
        self.count, self.head = self.count + 1, h
        return Record(self.count - 1, h, said)

    def read(self, data, body):
        own = ID.search(body)
        if own and own.group(1) in self.ids:
            self.unfit.append(f"record {self.count} has the id of an earlier one")
        self.ids.update([own.group(1)] if own else [])
        try:
            return strict(data)
        except (ValueError, RecursionError) as error:
            self.unfit.append(f"record {self.count}: its JSON breaks the rules: {error}")
            return {}

    def problem(self, data, opening, h):
        is_line = opening and len(data) <= LONGEST_LINE and opening.end() < len(data) - TAIL
        if not is_line or int(opening.group(1)) >= 1 << 53:
            return "it ends as a record, and is none"
        if sha256(data[:-TAIL] + b"\n") != h:
            return "its bytes do not give its hash"
        if int(opening.group(1)) != self.count:
            return f"record {int(opening.group(1))} stands there"
        if opening.group(2).decode() != self.head:
            return "it does not follow the one before"
        return self.problem_of_recover(data[opening.end() : -TAIL])

    def problem_of_recover(self, body):
        if not body.startswith(b'"t":"recover","off":'):
            return None
        found = RECOVER.match(body)
        named = found and (int(found.group(1)), int(found.group(2)), found.group(3).decode())
        fitting = [stretch for stretch in self.stretches if stretch.named() == named]
        if not fitting:
            return "it names bytes that are not as it says"
        self.stretches.remove(fitting[0])
        return None
