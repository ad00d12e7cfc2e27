"""What commands printed: the folders of their starts, and the frames in the files there."""

import hashlib
import os
import re

from forms import Wrong, names_in, read_plain, sha256

LETTERS = {"stdout": b"o", "stderr": b"e"}


def folder(step, attempt):
    """Names the folder of a start."""
    name = ""
    for word in filter(None, (part.replace("'", "").lower() for part in re.split(r"[^\w']|_", step))):
        joined = f"{name}-{word}" if name else word
        if len(joined) > 60:
            name = name or word[:60]
            break
        name = joined
    return f"{name}-{sha256(step.encode())[:8]}-{attempt}"


def frames(place, letter):
    """Gives where each piece of a stream begins, and the piece."""
    names = [name for name in names_in(place) if re.match(r"output-\d{6,}\Z", name)]
    for name in sorted(names, key=lambda name: int(name.removeprefix("output-"))):
        data = read_plain(os.path.join(place, name))
        while data:
            line = re.match(rb"([oe]) (\d+) (\d+) (\d+)\n", data[:64])
            length = int(line.group(4)) if line else 0
            end = line.end() + length if line else 0
            if not line or length > 65_536 or data[end : end + 1] != b"\n":
                raise Wrong("a file of it holds something else")
            if line.group(1) == letter:
                yield int(line.group(2)), data[line.end() : end]
            data = data[end + 1 :]


def compare(place, output):
    """Holds an output against what was recorded; tells whether only a part of it was kept."""
    kept = output["bytes"] - output["dropped"]
    end, total, whole, is_gapless = 0, 0, hashlib.sha256(), True
    for offset, piece in frames(place, LETTERS[output["stream"]]):
        if offset < end:
            raise Wrong("a part of it stands twice, or out of order")
        is_gapless, end, total = is_gapless and offset == end, offset + len(piece), total + len(piece)
        whole.update(piece)
    if total != kept or end > output["bytes"]:
        raise Wrong(f"{total} bytes of it are there, and {kept} were kept")
    if output["dropped"] == 0 and (not is_gapless or whole.hexdigest() != output["sha256"]):
        raise Wrong("its bytes are other ones")
    return output["dropped"] > 0
