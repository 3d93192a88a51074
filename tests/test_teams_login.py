"""The tokens that calls to Teams are made with: asked for seldom, replaced in time, and never made up."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.teams import adapter
from bot.teams.adapter import EARLY, Connector
from bot.teams.refusals import Declined, NoLogin
from tests import teams_doctor
from tests.local_server import CUT, Reply
from tests.teams_doctor import SECRET, TENANT, TOKEN, Microsoft
from tests.teams_far import CARD, CHAIN, Far, app, call, far
from tests.teams_issuer import APP_ID

__all__ = ["far"]


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microsoft]:
    """A login service that the real MSAL asks."""
    real = vars(adapter)["ConfidentialClientApplication"]
    with teams_doctor.faked(tmp_path, monkeypatch) as microsoft:

        def here(client: str, **how: Any) -> Any:
            assert how["authority"] == f"https://login.microsoftonline.com/{TENANT}"
            at_home = {"authority": f"{microsoft.url}/{TENANT}", "instance_discovery": False}
            return real(client, **how | at_home)

        monkeypatch.setattr(adapter, "ConfidentialClientApplication", here)
        yield microsoft


def gives(microsoft: Microsoft, token: str, seconds: float = 3599) -> None:
    """Let the login service give this token, for so long."""
    body = {"token_type": "Bearer", "expires_in": seconds, "access_token": token}
    microsoft.token = Reply(body=body)


def test_one_token_serves_many_calls(far: Far, login: Microsoft) -> None:
    """Those that come at once, and those that follow; it is asked for with our id and secret."""

    async def test() -> None:
        connector = Connector(app(far, token=None))
        for _ in range(2):
            posts = (connector.post(far.service_url, CHAIN, CARD, "w") for _ in range(12))
            await asyncio.gather(*posts)

    asyncio.run(test())
    assert [made.authorization for made in far.calls] == [f"Bearer {TOKEN}"] * 24
    (form,) = login.forms
    assert (form["client_id"], form["client_secret"]) == ([APP_ID], [SECRET])
    assert form["scope"] == ["https://api.botframework.com/.default"]


def test_a_token_is_replaced_before_its_end(far: Far, login: Microsoft) -> None:
    """The next call has a new one, so that none is refused on its way."""
    connector = Connector(app(far, token=None))
    for token, seconds in (("first", EARLY), ("second", EARLY + 600), ("third", EARLY + 600)):
        gives(login, token, seconds)
        call(far, "send", connector)
    assert [made.authorization for made in far.calls] == ["Bearer first", "Bearer second", "Bearer second"]  # fmt: skip
    assert len(login.forms) == 2


def test_a_token_that_a_service_refuses_is_not_used_again(far: Far, login: Microsoft) -> None:
    """The next call asks for another one: the secret may have been renewed."""
    connector = Connector(app(far, token=None))
    gives(login, "first")
    far.fail("send", status=401)
    with pytest.raises(Declined):
        call(far, "send", connector)
    gives(login, "second")
    call(far, "send", connector)
    call(far, "send", connector)
    assert [made.authorization for made in far.calls] == ["Bearer first", "Bearer second", "Bearer second"]  # fmt: skip


TROUBLES: dict[str, Callable[[Microsoft], None]] = {
    "a wrong secret": lambda microsoft: microsoft.refuse(7000215),
    "an unknown app": lambda microsoft: microsoft.refuse(700016, "unauthorized_client"),
    "too much": lambda microsoft: setattr(microsoft, "token", Reply(429)),
    "a failure": lambda microsoft: setattr(microsoft, "token", Reply(500, b"<html>")),
    "a page": lambda microsoft: setattr(microsoft, "token", Reply(200, b"<html>")),
    "a list": lambda microsoft: setattr(microsoft, "token", Reply(200, [1])),
    "nothing": lambda microsoft: setattr(microsoft, "token", Reply(200)),
    "an empty object": lambda microsoft: setattr(microsoft, "token", Reply(200, {})),
    "no token in it": lambda microsoft: setattr(microsoft, "token", Reply(200, {"error": 5})),
    "words for an error": lambda microsoft: setattr(
        microsoft, "token", Reply(400, {"error": f"{SECRET} is wrong", "error_description": SECRET})
    ),
    "a cut": lambda microsoft: setattr(microsoft, "token", CUT),
    "an unknown tenant": lambda microsoft: setattr(
        microsoft, "tenant", Reply(400, {"error": "invalid_tenant", "error_description": "AADSTS90002"})
    ),
    "a tenant's failure": lambda microsoft: setattr(microsoft, "tenant", Reply(503)),
    "a tenant's page": lambda microsoft: setattr(microsoft, "tenant", Reply(200, b"<html>")),
    "a tenant's list": lambda microsoft: setattr(microsoft, "tenant", Reply(200, [1])),
    "a tenant's cut": lambda microsoft: setattr(microsoft, "tenant", CUT),
}  # fmt: skip


RESTS = ("too much", "a failure", "no token in it", "words for an error")
"""Where MSAL itself lets the login service rest for a minute."""


@pytest.mark.parametrize("trouble", TROUBLES)
def test_without_a_token_nothing_is_sent(far: Far, login: Microsoft, trouble: str) -> None:
    """Whatever the login service says instead; and once it gives one, all is well."""
    TROUBLES[trouble](login)
    connector = Connector(app(far, token=None))
    with pytest.raises(NoLogin) as none:
        call(far, "send", connector)
    assert str(none.value).isidentifier()
    assert SECRET not in str(none.value)
    assert far.came == 0
    login.tenant = Reply()
    gives(login, "first")
    if trouble in RESTS:
        connector = Connector(app(far, token=None))
    call(far, "send", connector)
    assert far.came == 1


def test_a_login_service_that_is_not_there_is_no_login(far: Far, login: Microsoft) -> None:
    """Nobody listens."""
    login.close()
    try:
        with pytest.raises(NoLogin):
            call(far, "send", Connector(app(far, token=None)))
    finally:
        login.close = lambda: None  # type: ignore[method-assign]
    assert far.came == 0
