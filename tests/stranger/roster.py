"""Who may sign: roster.json, read strictly."""

import base64
import re

from forms import CannotTell, Wrong, clean
from keys import PERSON, Key, fingerprint
from log import strict

LEVELS = ["name", "pin", "key", "touch"]
AUTHORITY = "cert-authority "
MEMBERS = {"id", "name", "level", "keys", "pin"}


class Roster:
    def __init__(self, data):
        self.people, self.owners = {}, {}
        try:
            said = checked(strict(data), {"v", "level", "people"}, {"v", "people"})
            if said["v"] != 1:
                raise CannotTell(f"the roster is of version {clean(said['v'])}")
            self.level = said.get("level", "name")
            if self.level not in LEVELS or len(said["people"]) > 1000:
                raise Wrong("its level is none, or it has too many people")
            for person in said["people"]:
                self.add(checked(person, MEMBERS, {"id", "name"}))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Wrong(f"it cannot be read: {clean(error)}") from None
        for person in self.people.values():
            if any(self.owners.get(key, person["id"]) != person["id"] for key in person["authorities"]):
                raise Wrong("somebody's key is another's authority")

    def add(self, person):
        who, pin = person["id"], person.get("pin")
        if not PERSON.match(who) or who.lower() in (known.lower() for known in self.people):
            raise Wrong("an id is none, or two people's")
        keys = person.get("keys", [])
        if person.get("level", "name") not in LEVELS or len(keys) > 32 or not re.search(r"\w", person["name"]):
            raise Wrong(f"{who}: a level or a name that is none, or too many keys")
        if pin is not None and not re.match(r"\$argon2id\$[!-~]{1,246}\Z", pin):
            raise Wrong(f"{who}: the PIN is no argon2id hash")
        known = {"level": "name", **person, "keys": set(), "authorities": set()}
        for line in keys:
            is_authority = line.startswith(AUTHORITY)
            name, blob = line.removeprefix(AUTHORITY).split()[:2]
            key = Key(base64.b64decode(blob, validate=True))
            if key.authority or key.name != name:
                raise Wrong(f"{who}: a key is damaged, or a certificate")
            if not is_authority and self.owners.setdefault(key.plain, who) != who:
                raise Wrong(f"{who}: a key is another's")
            known["authorities" if is_authority else "keys"].add(key.plain)
        self.people[who] = known

    def has_key(self, person, key):
        known = self.people.get(person)
        if known is None:
            return False
        return key.plain in known["keys"] or key.authority in map(fingerprint, known["authorities"])


def checked(members, known, needed):
    """Lets only what is known pass, so that a level that was misspelled is not taken for none."""
    if not isinstance(members, dict) or not needed <= set(members) <= known:
        raise Wrong("a member is missing, or is not known")
    return members
