"""The workspace's owner and the single-use links by which they get in.

No web framework in here: the command line prints such links, too.
"""

import secrets
from datetime import datetime, timedelta

from bot.web.signing import new_token, token_hash
from storage.doors import Person, SignIn
from storage.port import Store, Transaction

SIGN_IN_LIFE = timedelta(minutes=15)


def ensure_owner(store: Store) -> Person:
    """The workspace's owner, made at the first start."""
    return store.read().owner() or store.write(_ensure_owner)


def _ensure_owner(tx: Transaction) -> Person:
    owner = tx.owner()
    if owner is None:
        owner = Person(id=secrets.token_hex(6), owner=True)
        tx.keep_person(owner)
    return owner


def sign_in_link(store: Store, person: str, base_url: str, now: datetime) -> str:
    """A link that signs this person in once, within a quarter of an hour.

    `base_url` is where the workspace is reached, without a slash at its end.
    """
    token = new_token()
    link = SignIn(token_hash=token_hash(token), person=person, expires_at=now + SIGN_IN_LIFE)
    store.write(lambda tx: tx.keep_sign_in(link))
    return f"{base_url}/signin/{token}"
