"""Speaking to webhooks' receivers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from moderation.delivery import Failure, Parcel
from moderation.receivers import Post, is_public


class Handler(BaseHTTPRequestHandler):
    """Answer what the path asks for, and keep what came."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, self.headers["webhook-id"], body.decode()))  # type: ignore[attr-defined]
        self.send_response(int(self.path.strip("/")))
        self.send_header("location", "/200")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def parcel(server: HTTPServer, status: int, host: str = "127.0.0.1") -> Parcel:
    url = f"http://{host}:{server.server_port}/{status}"
    return Parcel(1, url, '{"é":1}', {"webhook-id": "msg_1"})


def test_a_2xx_is_a_delivery(server: HTTPServer) -> None:
    assert Post(allow_private=True)(parcel(server, 204)) is None
    assert server.got == [("/204", "msg_1", '{"é":1}')]  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_anything_else_is_not_and_no_redirect_is_followed(server: HTTPServer, status: int) -> None:
    assert Post(allow_private=True)(parcel(server, status)) == Failure(f"HTTP {status}", True)
    assert len(server.got) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_private_addresses_are_refused_before_a_connection(server: HTTPServer, host: str) -> None:
    assert Post()(parcel(server, 200, host)) == Failure("the address is private")
    assert server.got == []  # type: ignore[attr-defined]


def test_nobody_at_the_address_is_a_failure(server: HTTPServer) -> None:
    there = parcel(server, 200)
    server.server_close()
    failure = Post(allow_private=True)(there)
    assert failure is not None
    assert not failure.answered
    assert failure.reason.startswith(("ConnectError", "ReadError"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::6810:1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
