"""How often somebody may fail at the doors before they have to wait.

Only failures count. The addresses of one IPv6 network (/64) count as one.
"""

import ipaddress
import math

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_ADDRESS = RateLimitItemPerMinute(10, 5, namespace="address")
OVERALL = RateLimitItemPerMinute(100, 5, namespace="overall")


class Attempts:
    """The failures of the last minutes, in this process's memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, client: str, now: float) -> int:
        """How many seconds this client (an IP address) has to wait; 0 if it may try.

        `now` is in seconds since the epoch.
        """
        ends = [
            self._limiter.get_window_stats(item, *whom).reset_time
            for item, whom in ((PER_ADDRESS, (network(client),)), (OVERALL, ()))
            if not self._limiter.test(item, *whom)
        ]
        return max((max(1, math.ceil(end - now)) for end in ends), default=0)

    def failed(self, client: str) -> None:
        """Count a failure."""
        self._limiter.hit(PER_ADDRESS, network(client))
        self._limiter.hit(OVERALL)


def network(client: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network that one customer gets."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
