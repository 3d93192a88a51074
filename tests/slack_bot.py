"""`convenor run` for Slack in a process of its own, behind the proxy that fails: one after the other on one record."""

from datetime import timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests import slack_child
from tests.fault_proxy import FaultProxy
from tests.killed import Killed
from tests.local_slack import BOT_TOKEN, SIGNING, free_port


class Bot(Killed):
    """The bot, as often as it is started."""

    def __init__(self, folder: Path, proxy: FaultProxy, nursery: ForkServerContext) -> None:
        super().__init__(folder, proxy, nursery)
        self.proxy = proxy
        self.port = free_port()

    def start(self, ahead: timedelta = timedelta()) -> None:
        """Start it, its clock so far ahead; the proxy begins with it anew."""
        settings = {
            "CONVENOR_DATABASE_URL": self.url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING,
            "SLACK_API_URL": self.proxy.url,
        }
        self.proxy.forget_holds()
        self.begin(slack_child.live, settings, self.port, self.log, ahead)
