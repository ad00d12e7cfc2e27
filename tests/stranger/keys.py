"""Keys and signatures as OpenSSH lays them out, in PROTOCOL.sshsig, PROTOCOL.u2f and PROTOCOL.certkeys; ssh-keygen verifies them."""

import base64
import hashlib
import os
import re
import subprocess
import tempfile

from forms import CannotTell, Wrong, clean

PERSON = re.compile(r"(?![.-])[A-Za-z0-9@._+-]{1,64}\Z")
KINDS = {
    "ssh-ed25519": ("ED25519", 1),
    "ecdsa-sha2-nistp256": ("ECDSA", 2),
    "ecdsa-sha2-nistp384": ("ECDSA", 2),
    "ecdsa-sha2-nistp521": ("ECDSA", 2),
    "ssh-rsa": ("RSA", 2),
    "sk-ssh-ed25519@openssh.com": ("ED25519-SK", 2),
    "sk-ecdsa-sha2-nistp256@openssh.com": ("ECDSA-SK", 3),
}
CERTIFICATE = "-cert-v01@openssh.com"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
OF_LOGINS = ("force-command", "source-address")


class Fields:
    def __init__(self, data):
        self.rest = data

    def take(self, length):
        if length > len(self.rest):
            raise Wrong("it ends too early")
        data, self.rest = self.rest[:length], self.rest[length:]
        return data

    def number(self, length=4):
        return int.from_bytes(self.take(length), "big")

    def field(self):
        return self.take(self.number())

    def text(self):
        return self.field().decode("utf-8", "replace")


def pack(field):
    return len(field).to_bytes(4, "big") + field


def fingerprint(blob):
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


class Key:
    """Is a public key, perhaps with a certificate."""

    def __init__(self, blob):
        fields = Fields(blob)
        name = fields.text()
        plain = name.removesuffix(CERTIFICATE)
        self.name = plain if plain in KINDS else f"{plain}@openssh.com"
        if self.name not in KINDS:
            raise Wrong(f"a key of the kind {clean(name)} does not sign")
        self.authority, self.serial, self.conditions, self.plain = None, None, [], blob
        if plain != name:
            self.take_certificate(fields)
        elif self.name == "ssh-rsa":
            fields.field()
            if int.from_bytes(fields.field(), "big").bit_length() < 2048:
                raise Wrong("an RSA key is too short")

    def take_certificate(self, fields):
        fields.field()  # The nonce.
        parts = [fields.field() for _ in range(KINDS[self.name][1])]
        self.plain = pack(self.name.encode()) + b"".join(pack(part) for part in parts)
        self.serial = fields.number(8)
        fields.take(4)  # For whom it is: a user or a host.
        fields.field()  # What the authority calls it.
        fields.field()  # Its principals.
        fields.take(16)  # From when until when; ssh-keygen looks at all of these.
        conditions = Fields(fields.field())
        while conditions.rest:
            self.conditions.append(conditions.text())
            conditions.field()
        fields.field()  # Extensions.
        fields.field()  # Reserved.
        self.authority = fingerprint(fields.field())

    def auths(self):
        words = f"{KINDS[self.name][0]} {fingerprint(self.plain)}"
        if self.authority:
            return [f"certificate {words} by {self.authority} serial {self.serial}"]
        return [f"ssh-agent {words}", f"ssh-key {words}"]


class Signature:
    """Is what a signature says of itself; whether it holds, ssh-keygen says."""

    def __init__(self, armoured):
        lines = armoured.strip().splitlines()
        if len(lines) < 3 or lines[0] != BEGIN or lines[-1] != END:
            raise Wrong("it is no signature")
        try:
            fields = Fields(base64.b64decode("".join(lines[1:-1]), validate=True))
        except ValueError:
            raise Wrong("it is no signature") from None
        if fields.take(6) != b"SSHSIG" or fields.number() != 1:
            raise Wrong("it is no signature of version 1")
        self.key, self.namespace = Key(fields.field()), fields.text()
        if fields.field() or fields.field() not in (b"sha256", b"sha512"):
            raise Wrong("it holds what nobody signed for, or uses another hash")
        proper = Fields(fields.field())
        proper.field()  # The algorithm.
        proper.field()  # The raw signature.
        self.flags = proper.take(5)[0] if self.key.name.startswith("sk-") else 0
        if proper.rest or fields.rest:
            raise Wrong("something stands behind it")


def verify(who, what, armoured, text):
    """Gives a signature that holds: of one person by a list of signers, for a namespace, by a key that was good then."""
    (signers, person), (namespace, moment) = who, what
    signature = Signature(armoured)
    if not PERSON.match(person):
        raise Wrong("that is nobody's id")
    if signature.namespace != namespace:
        raise Wrong(f"it is for {clean(signature.namespace)}, not for {namespace}")
    for condition in signature.key.conditions:
        is_met = condition in OF_LOGINS or (condition == "verify-required" and signature.flags & 4)
        if not is_met:
            raise Wrong(f"its certificate is good under {clean(condition)} only")
    with tempfile.TemporaryDirectory() as place:
        for name, content in (("signers", signers), ("sig", armoured)):
            with open(os.path.join(place, name), "w", encoding="utf-8") as file:
                file.write(content)
        asked = ["ssh-keygen", "-Y", "verify", "-I", person, "-n", namespace]
        asked += ["-f", f"{place}/signers", "-s", f"{place}/sig"]
        asked += [f"-Overify-time={moment:%Y%m%d%H%M%S}"] if moment else []
        try:
            # Before OpenSSH 9.1 a time without a zone is one of the local zone.
            surroundings = {**os.environ, "TZ": "UTC0", "LC_ALL": "C"}
            done = subprocess.run(asked, input=text, capture_output=True, env=surroundings)
        except OSError as error:
            raise CannotTell(f"ssh-keygen: {error}") from None
    if done.returncode:
        raise Wrong(clean(done.stderr.decode("utf-8", "replace").strip() or "ssh-keygen does not believe it"))
    return signature
