"""The tests' own Bot Connector keeps what stands, and fails exactly as it is told."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fake_connector import FakeConnector, FakeTeam


@pytest.fixture
def connector() -> Iterator[FakeConnector]:
    """A connector that nobody has spoken to."""
    made = FakeConnector()
    yield made
    made.close()


THREAD = "19:a@thread.tacv2;messageid=1"


def ask(connector: FakeConnector, method: str, path: str, body: Any = None) -> httpx.Response:
    """Call it as a bot would."""
    headers = {"Authorization": "Bearer x"}
    url = f"{connector.service_url}v3/{path}"
    return httpx.request(method, url, json=body, headers=headers)


def test_the_connector_keeps_what_stands(connector: FakeConnector) -> None:
    """Sent, replied, updated, deleted: what is left stands there, in order."""
    say = {"type": "message", "text": "one"}
    first = ask(connector, "POST", f"conversations/{THREAD}/activities", say).json()["id"]
    reply = f"conversations/{THREAD}/activities/{first}"
    second = ask(connector, "POST", reply, say | {"text": "two"}).json()["id"]
    assert ask(connector, "PUT", reply, say | {"text": "uno"}).json() == {"id": first}
    assert [s.activity["text"] for s in connector.messages(THREAD)] == ["uno", "two"]
    assert connector.messages(THREAD)[1].reply_to == first
    gone = f"conversations/{THREAD}/activities/{second}"
    assert ask(connector, "DELETE", gone).status_code == 200
    assert ask(connector, "DELETE", gone).status_code == 404
    assert [s.id for s in connector.messages()] == [first]
    thread = ask(connector, "POST", "conversations/19:a@thread.tacv2/activities", say).json()["id"]
    assert connector.messages()[-1].conversation == f"19:a@thread.tacv2;messageid={thread}"
    body = {"members": [{"id": "29:ben"}], "activity": say}
    assert ask(connector, "POST", "conversations", body).json()["id"] == "a:29:ben"
    assert {call.authorization for call in connector.calls} == {"Bearer x"}


def test_the_connector_fails_as_it_is_told(connector: FakeConnector) -> None:
    """Statuses with Retry-After, and connections that end before or after it was done; then well."""
    path, say = f"conversations/{THREAD}/activities", {"type": "message", "text": "x"}
    connector.fail("send", status=429, retry_after="3", times=2)
    for _ in range(2):
        answer = ask(connector, "POST", path, say)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    connector.fail("send")
    connector.fail("send", done=True)
    for stands in (0, 1):
        with pytest.raises(httpx.RemoteProtocolError):
            ask(connector, "POST", path, say)
        assert len(connector.messages()) == stands
    connector.fail("send", status=502, done=True)
    assert ask(connector, "POST", path, say).status_code == 502
    assert ask(connector, "POST", path, say).status_code == 201
    assert len(connector.messages()) == 3
    assert [call.status for call in connector.called("send")] == [429, 429, 0, 0, 502, 201]
    assert connector.unused() == 0


def test_the_connector_knows_its_people(connector: FakeConnector) -> None:
    """Rosters whole, in pages and one by one (by either id), and teams with their channels."""
    people = [{"id": f"29:{n}", "aadObjectId": f"aad-{n}", "name": f"P{n}"} for n in range(5)]
    connector.rosters["19:a@thread.tacv2"] = people
    connector.teams["19:t"] = FakeTeam(channels={"planning": "19:a@thread.tacv2"})
    base = f"conversations/{THREAD}"
    assert ask(connector, "GET", f"{base}/members").json() == people
    page = ask(connector, "GET", f"{base}/pagedmembers?pageSize=3").json()
    assert len(page["members"]) == 3
    token = page["continuationToken"]
    rest = ask(connector, "GET", f"{base}/pagedmembers?pageSize=3&continuationToken={token}").json()
    assert page["members"] + rest["members"] == people
    assert "continuationToken" not in rest
    assert ask(connector, "GET", f"{base}/members/aad-2").json() == people[2]
    assert ask(connector, "GET", f"{base}/members/29:9").status_code == 404
    assert ask(connector, "GET", "teams/19:t").json()["name"] == "Fair College"
    channels = ask(connector, "GET", "teams/19:t/conversations").json()["conversations"]
    assert channels[1] == {"id": "19:a@thread.tacv2", "name": "planning"}
