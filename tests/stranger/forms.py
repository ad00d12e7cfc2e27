"""What stands in files, and the small forms in them: hashes, times, places in a log."""

import hashlib
import os
import re
import stat
from datetime import datetime, timezone

HASH = r"[0-9a-f]{64}"


class Wrong(Exception):
    """Says that something does not hold."""


class CannotTell(Exception):
    """Says that something could not be looked at."""


class NoRun(Exception):
    """Says that a directory holds nothing of a run."""


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def clean(text):
    return "".join(c if c.isprintable() else "?" for c in str(text))[:200]


def read_plain(path, most=None):
    """Gives the bytes of a plain file; nothing when there is none."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(found.st_mode):
        raise Wrong("is no plain file")
    if most is not None and found.st_size > most:
        raise Wrong("is far too large")
    with open(path, "rb") as file:
        return file.read()


def names_in(path):
    try:
        return sorted(os.listdir(path)) if stat.S_ISDIR(os.lstat(path).st_mode) else []
    except FileNotFoundError:
        return []


def read_or(look):
    try:
        return look()
    except OSError:
        return None


def read_place(text):
    found = re.match(rf"(0|[1-9]\d*) ({HASH})\Z", text)
    return (int(found.group(1)), found.group(2)) if found else None


def moment(text):
    """Reads a time in the one form that it has."""
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z", text or ""):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_text_or_null(value):
    return value is None or isinstance(value, str)


def is_hash(value):
    return isinstance(value, str) and re.match(HASH + r"\Z", value) is not None
