"""What holds for every answer: headers, hosts, sizes, tokens, and what is said when things break."""

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from bot.core.errors import Misuse, Refused
from bot.web.security import HEADERS
from bot.web.viewer import BODY_LIMIT, Posted, SeatHere
from storage.port import Conflict, NotFound, StoreBusy, StoreCorrupt, StoreFull
from tests.web_harness import Browser, WebHarness, house

__all__ = ["house"]

WORDS = "what Ben answered"


class Breaks:
    """Raises what it is told to."""

    def __init__(self, app: FastAPI) -> None:
        self.error: Exception = ValueError(WORDS)
        app.add_api_route("/test/broken", self._raise, methods=["GET", "POST"])
        app.add_api_route("/test/stream", self._stream)
        app.add_api_route("/test/c/{committee}", self._post, methods=["POST"])

    def _raise(self) -> None:
        raise self.error

    async def _stream(self) -> StreamingResponse:
        def pieces() -> Iterator[str]:
            yield "data: 1\n\n"
            raise self.error

        return StreamingResponse(pieces(), media_type="text/event-stream")

    async def _post(self, seat: SeatHere, form: Posted) -> dict[str, str]:
        return {"member": seat.member.name, "text": str(form.get("text"))}


@pytest.fixture
def breaks(house: WebHarness) -> Breaks:
    """Routes that fail in every way."""
    return Breaks(house.app)


@pytest.fixture
def ana(house: WebHarness) -> Browser:
    """Somebody who is signed in."""
    return house.sign_in("Ana")


# -- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 303), ("/signin", 200), ("/join/x", 410), ("/nowhere", 404), ("/static/convenor.css", 200),
     ("/static/nowhere", 404), ("/healthz", 200), ("/readyz", 200), ("/test/broken", 500),
     ("/c/x/members", 303), ("/signin/%00", 410)],
)  # fmt: skip
def test_every_answer_carries_the_headers(
    house: WebHarness, breaks: Breaks, path: str, status: int
) -> None:
    """Pages, redirects, errors, files and probes alike."""
    answer = house.client().get(path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers
    expected = "no-cache" if path == "/static/convenor.css" else "no-store"
    assert answer.headers["cache-control"] == expected


def test_https_is_kept_to(house: WebHarness) -> None:
    """Where people come by HTTPS, browsers are told to insist on it."""
    outside = WebHarness(house.store, house.clock, public_url="https://convenor.example.org")
    answer = outside.client().get("/signin")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_a_marked_file_is_kept_for_ever(house: WebHarness) -> None:
    """Its address changes with its content."""
    make = house.web.templates.globals["asset"]
    assert callable(make)
    url = make("convenor.css")
    answer = house.client().get(url)
    assert "immutable" in answer.headers["cache-control"]
    again = house.client().get(url, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert "immutable" in again.headers["cache-control"]


def test_no_page_describes_the_routes(house: WebHarness) -> None:
    """The workspace has no interface for programs yet, and shows none."""
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert house.client().get(path).status_code == 404


# -- whose name is asked for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example", "", "[::1",
     "192.168.1.4", "0.0.0.0:8080", "convenor.example.org", "localhost@attacker.example:8080"],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_refused(house: WebHarness, host: str) -> None:
    """A name that somebody pointed at this machine reaches nothing, signed in or not."""
    browser = house.client(house.owner)
    answer = browser.get("/committees", headers={"host": host})
    assert answer.status_code == 400
    assert "Convenor does not answer to this name" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:9000", "[::1]:8080", "LOCALHOST"])
def test_this_machine_may_ask_by_its_names(house: WebHarness, host: str) -> None:
    """On whatever port it was started."""
    assert house.client().get("/signin", headers={"host": host}).status_code == 200


def test_the_public_name_is_ours(house: WebHarness) -> None:
    """… and on this machine the local ones stay good; probes may use any."""
    outside = WebHarness(house.store, house.clock, public_url="https://convenor.example.org")
    browser = outside.client()
    assert browser.get("/signin", headers={"host": "Convenor.Example.org"}).status_code == 200
    assert browser.get("/signin", headers={"host": "127.0.0.1:8080"}).status_code == 200
    assert browser.get("/signin", headers={"host": "other.example.org"}).status_code == 400
    assert browser.get("/healthz", headers={"host": "10.1.2.3:8080"}).status_code == 200


# -- forms ----------------------------------------------------------------------------------------


def test_a_form_without_its_token_is_refused(house: WebHarness, ana: Browser) -> None:
    """Missing, wrong, somebody else's, or one that a visitor got."""
    zoe = house.sign_in("Zoe")
    visitor = house.web.signer.mark("visitor", "x")
    for token in ({}, {"csrf": ""}, {"csrf": "é"}, {"csrf": zoe.csrf()}, {"csrf": visitor}):
        answer = ana.http.post("/signout", data=token)
        assert answer.status_code == 403
        assert "open for too long" in answer.text
    assert ana.http.post("/signout", data={"csrf": ana.csrf()}).status_code == 303


def test_a_script_sends_the_token_as_a_header(ana: Browser) -> None:
    """X-CSRF does what the hidden input does."""
    assert ana.http.post("/signout", headers={"x-csrf": "x"}).status_code == 403
    assert ana.http.post("/signout", headers={"x-csrf": ana.csrf()}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "https://attacker.example"}, {"origin": "null"}, {"origin": ""},
     {"origin": "http://127.0.0.1:9999"}, {"origin": "http://127.0.0.1"}],
)  # fmt: skip
def test_what_comes_from_elsewhere_is_refused(ana: Browser, headers: dict[str, str]) -> None:
    """Even with the right token: another site, another port, a page without an origin."""
    answer = ana.http.post("/signout", data={"csrf": ana.csrf()}, headers=headers)
    assert answer.status_code == 403
    assert "from another site" in answer.text
    assert ana.get("/committees").status_code == 200


def test_what_comes_from_our_own_page_is_taken(house: WebHarness, ana: Browser) -> None:
    """As browsers say it; behind a proxy the public name is ours, too."""
    own = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8080"}
    assert ana.http.post("/signout", data={"csrf": ana.csrf()}, headers=own).status_code == 303
    outside = WebHarness(house.store, house.clock, public_url="https://convenor.example.org")
    zoe = outside.sign_in("Zoe")
    own = {"host": "127.0.0.1:8080", "origin": "https://convenor.example.org"}
    assert zoe.http.post("/signout", data={"csrf": zoe.csrf()}, headers=own).status_code == 303


def test_a_form_after_signing_out_leads_to_the_door(house: WebHarness) -> None:
    """No session and no visit: the page that says how to get in."""
    answer = house.client().http.post("/signout", data={"csrf": "x"})
    assert answer.headers["location"] == "/signin"


def test_a_visitor_needs_their_own_token(house: WebHarness) -> None:
    """The join form's token belongs to the browser that was shown the form."""
    ana = house.sign_in("Ana")
    desk = house.committee(ana, more=["Ben"])
    ben = next(m for m in desk.state.members.values() if m.name == "Ben")
    from bot.web.invitations import INVITATION_LIFE
    from storage.doors import Invitation

    row = Invitation(
        id="i1",
        committee=desk.committee.id,
        member=ben.id,
        expires_at=house.clock() + INVITATION_LIFE,
    )
    house.store.write(lambda tx: tx.keep_invitation(row))
    link = f"/join/{house.web.signer.seal('invitation', 'i1')}"
    mine, theirs = house.client(), house.client()
    token = theirs.csrf(link)
    mine.get(link)
    assert mine.http.post(link, data={"csrf": token}).status_code == 403
    assert theirs.http.post(link, data={"csrf": token}).status_code == 303


# -- size -----------------------------------------------------------------------------------------


def test_a_large_answer_comes_through_whole(house: WebHarness, breaks: Breaks) -> None:
    """A megabyte of text reaches the core, which has its own word to say about it."""
    ana = house.sign_in("Ana")
    desk = house.committee(ana)
    text = "x" * (1024 * 1024 + 1)
    answer = ana.post(f"/test/c/{desk.committee.id}", text=text)
    assert answer.json() == {"member": "Ana", "text": text}


@pytest.mark.parametrize("announced", [True, False])
def test_too_much_gets_a_friendly_page(ana: Browser, announced: bool) -> None:
    """Said beforehand by its length, or found out on the way; the session goes on."""
    body = b"csrf=x&text=" + b"x" * BODY_LIMIT
    kind = {"content-type": "application/x-www-form-urlencoded"}
    pieces = (body[n : n + 65536] for n in range(0, len(body), 65536))
    answer = ana.http.post("/signout", content=body if announced else pieces, headers=kind)
    assert answer.status_code == 413
    assert "too much at once" in answer.text
    assert answer.headers["content-security-policy"]
    assert ana.get("/committees").status_code == 200


# -- when things break ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (Refused("Only the chair can do that."), 422, "Only the chair can do that."),
        (Misuse("walk w1 is not of committee c1"), 400, "out of date"),
        (NotFound("no such row"), 404, "There is nothing here for you"),
        (Conflict("moved on"), 409, "Somebody was quicker"),
        (StoreBusy("Another program is holding the database."), 503, "Another program is holding"),
        (StoreFull("The disk is full."), 503, "The disk is full."),
        (StoreCorrupt("Restore a backup."), 503, "Restore a backup."),
    ],
)
def test_every_failure_has_a_page(
    breaks: Breaks, ana: Browser, error: Exception, status: int, says: str
) -> None:
    """One sentence in plain words; a script that asks for JSON gets the same."""
    breaks.error = error
    page = ana.get("/test/broken")
    assert page.status_code == status
    assert says in page.text
    assert "<!doctype html>" in page.text
    answer = ana.get("/test/broken", headers={"accept": "application/json"})
    assert (answer.status_code, says in " ".join(answer.json().values())) == (status, True)


def test_our_own_faults_are_logged_without_anybodys_words(
    breaks: Breaks, ana: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """The page shows a code; the log has the code, the kind and the place, and no more."""
    with caplog.at_level(logging.INFO):
        page = ana.get("/test/broken")
    assert page.status_code == 500
    [line] = [r.getMessage() for r in caplog.records if "fault" in r.getMessage()]
    code = line.partition("ref=")[2].split()[0]
    assert code in page.text
    assert "error=ValueError" in line
    assert "test_web_security.py" in line
    assert WORDS not in page.text
    assert WORDS not in caplog.text


def test_a_stream_that_breaks_is_cut(
    breaks: Breaks, ana: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """Too late for a page: what was sent stands, the connection ends, and the fault is logged."""
    with pytest.raises(ValueError, match=WORDS):
        ana.get("/test/stream")
    assert "fault ref=" in caplog.text


def test_an_error_page_appears_even_where_the_store_is_gone(house: WebHarness) -> None:
    """A closed record is a 503 with its sentence, and not ready; the process is alive."""
    browser = house.client(house.owner)
    house.store.close()
    page = browser.get("/committees")
    assert page.status_code == 503
    assert "The record can’t be reached" in page.text
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").text == "ok\n"


def test_tokens_stay_out_of_the_log(house: WebHarness, caplog: pytest.LogCaptureFixture) -> None:
    """Signing in, failing to, and a fault on the way log ids and no token."""
    with caplog.at_level(logging.DEBUG, logger="bot"):
        browser = house.client(house.owner)
        browser.get("/signin/a-token-of-no-use")
        browser.post("/signout")
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("bot.")]
    assert f"signed in person={house.owner.id}" in ours
    assert "a-token-of-no-use" not in " ".join(ours)
