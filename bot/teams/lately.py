"""What is remembered for a while in memory: the newest of it, up to a number. Pure."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Lately(Generic[K, V]):
    """Things by their keys; beyond `most` of them the oldest one is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._found

    def get(self, key: K) -> V | None:
        """What is remembered under a key; None for nothing."""
        return self._found.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember this, as the newest."""
        self._found.pop(key, None)
        self._found[key] = value
        if len(self._found) > self._most:
            self._found.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget this, if it is remembered."""
        self._found.pop(key, None)
