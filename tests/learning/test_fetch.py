"""Public corpora fetched from a server that fails in every way it can."""

import hashlib
import io
import json
import threading
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from moderation.errors import NotFound
from training import corpora, download, fetch, sources
from training.download import DownloadFailed
from training.sources import Source, Unreadable, read_manifest

CSV = "content;literal_conclusion_annotator\n" + "".join(
    f"Commentaire numéro {number}, « ça va ; merci ».;{label}\n".replace("va ;", "va :")
    for number, label in enumerate(["oui", "non", "peut-être"] * 2_000)
)
CONTENT = CSV.encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()
Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A web server whose pages are functions; `requests` keeps the headers of each request."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.requests: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.requests.append(dict(self.headers))
                server.pages[self.path](self)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.pages["/corpus.csv"] = whole(CONTENT)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def whole(content: bytes, etag: str = '"one"') -> Answer:
    """Answer a file, or the rest of it to one who has its beginning."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        start = 0
        if "Range" in request.headers and request.headers["If-Range"] == etag:
            start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        request.send_response(206 if start else 200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start:])

    return answer


def cut(content: bytes, after: int, etag: str = '"one"') -> Answer:
    """Promise a file and hang up before its end."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content[:after])
        request.close_connection = True

    return answer


def in_turn(*answers: Answer) -> Answer:
    remaining = iter(answers)
    return lambda request: next(remaining)(request)


def redirect(to: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", to)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def source(server: Server, path: str = "/corpus.csv", **changes: object) -> Source:
    known = {
        "name": "train-toxifrench",
        "url": server.url + path,
        "licence": "MIT",
        "use": "training",
        "convert": "toxifrench",
    }
    return Source.model_validate(known | changes)


def silent(done: int, total: int | None) -> None:
    pass


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_corpus_is_laid_out_as_ours_and_its_checksum_recorded(server, tmp_path):
    told = []
    rows = fetch.fetch(source(server), tmp_path, lambda done, total: told.append((done, total)))
    lines = (tmp_path / "train-toxifrench.jsonl").read_text("utf-8").splitlines()
    assert rows == len(lines) == 4_000
    assert json.loads(lines[1]) == {
        "text": "Commentaire numéro 1, « ça va : merci ».",
        "toxic": 0,
    }
    lock = json.loads((tmp_path / fetch.LOCK).read_text())
    assert lock["train-toxifrench"]["sha256"] == DIGEST
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert left(tmp_path) == {"corpus.csv", "train-toxifrench.jsonl", fetch.LOCK}


def test_what_is_there_is_not_downloaded_again(server, tmp_path):
    for _ in range(2):
        fetch.fetch(source(server), tmp_path, silent)
    assert len(server.requests) == 1


def test_a_file_altered_on_the_disk_is_downloaded_again(server, tmp_path):
    fetch.fetch(source(server), tmp_path, silent)
    (raw,) = (tmp_path / fetch.RAW).rglob("corpus.csv")
    raw.write_bytes(CONTENT[:-40])
    assert fetch.fetch(source(server), tmp_path, silent) == 4_000


def test_a_download_cut_short_is_resumed_within_the_run(server, tmp_path):
    server.pages["/corpus.csv"] = in_turn(cut(CONTENT, 70_000), whole(CONTENT))
    assert download.download(server.url + "/corpus.csv", tmp_path / "f", silent) == DIGEST
    assert server.requests[1]["Range"] == "bytes=70000-"
    assert (tmp_path / "f").read_bytes() == CONTENT
    assert left(tmp_path) == {"f"}


def test_a_download_is_resumed_by_a_later_run(server, tmp_path):
    server.pages["/corpus.csv"] = cut(CONTENT, 90_000)
    with pytest.raises(DownloadFailed, match="cut short"):
        fetch.fetch(source(server), tmp_path, silent)
    assert "train-toxifrench.jsonl" not in left(tmp_path)
    server.pages["/corpus.csv"] = whole(CONTENT)
    assert fetch.fetch(source(server, sha256=DIGEST), tmp_path, silent) == 4_000
    assert server.requests[-1]["Range"] == "bytes=90000-"


def test_a_file_that_changed_meanwhile_is_downloaded_from_its_start(server, tmp_path):
    other = CONTENT.replace(b"oui", b"non")
    server.pages["/f"] = in_turn(cut(CONTENT, 70_000), whole(other, '"two"'))
    download.download(server.url + "/f", tmp_path / "f", silent)
    assert (tmp_path / "f").read_bytes() == other


def test_a_server_without_marks_is_never_asked_to_resume(server, tmp_path):
    server.pages["/f"] = in_turn(cut(CONTENT, 70_000, ""), whole(CONTENT, ""))
    assert download.download(server.url + "/f", tmp_path / "f", silent) == DIGEST
    assert "Range" not in server.requests[1]


def test_a_body_that_stays_short_is_never_taken_for_the_file(server, tmp_path):
    server.pages["/corpus.csv"] = cut(CONTENT, 70_000)
    with pytest.raises(DownloadFailed, match="cut short"):
        download.download(server.url + "/corpus.csv", tmp_path / "f", silent)
    assert len(server.requests) == download.ATTEMPTS
    assert "f" not in left(tmp_path)


def test_another_file_than_the_expected_one_is_refused_and_not_kept(server, tmp_path):
    with pytest.raises(DownloadFailed, match=DIGEST):
        fetch.fetch(source(server, sha256="0" * 64), tmp_path, silent)
    assert left(tmp_path) == set()


def test_a_file_that_changed_since_the_first_download_is_refused(server, tmp_path):
    fetch.fetch(source(server), tmp_path, silent)
    (raw,) = (tmp_path / fetch.RAW).rglob("corpus.csv")
    raw.unlink()
    server.pages["/corpus.csv"] = whole(CONTENT.replace(b"oui", b"non"))
    before = (tmp_path / "train-toxifrench.jsonl").read_bytes()
    with pytest.raises(DownloadFailed, match="not the one expected"):
        fetch.fetch(source(server), tmp_path, silent)
    assert (tmp_path / "train-toxifrench.jsonl").read_bytes() == before


def test_a_missing_file_is_said_at_once(server, tmp_path):
    server.pages["/corpus.csv"] = lambda request: request.send_error(404)
    with pytest.raises(DownloadFailed, match="404"):
        fetch.fetch(source(server), tmp_path, silent)
    assert len(server.requests) == 1


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/corpus.csv", "data:,a"])
def test_a_redirection_off_the_web_is_refused(server, tmp_path, to):
    server.pages["/corpus.csv"] = redirect(to)
    with pytest.raises(DownloadFailed, match=r"refused|not allowed"):
        fetch.fetch(source(server), tmp_path, silent)
    assert left(tmp_path) == set()


def test_a_redirection_on_the_web_is_followed(server, tmp_path):
    server.pages["/moved"] = redirect(server.url + "/corpus.csv")
    assert fetch.fetch(source(server, "/moved"), tmp_path, silent) == 4_000


def test_an_address_off_the_web_is_refused(tmp_path):
    with pytest.raises(DownloadFailed, match="not on the web"):
        download.download("file:///etc/passwd", tmp_path / "f", silent)


def test_a_file_of_another_layout_is_refused(server, tmp_path):
    server.pages["/corpus.csv"] = whole(b"text,label\nBonjour,0\n")
    with pytest.raises(Unreadable, match="train-toxifrench"):
        fetch.fetch(source(server), tmp_path, silent)
    assert "train-toxifrench.jsonl" not in left(tmp_path)


def test_a_redirection_from_tls_to_plain_http_is_refused():
    request = urllib.request.Request("https://a.example/f")
    with pytest.raises(DownloadFailed, match="refused"):
        download.WebOnly().redirect_request(request, None, 302, "", {}, "http://a.example/f")


HATECHECK = b"""mhc_case_id,functionality,test_case,label_gold,target_ident,templ_id
fr-1,ident_pos_nh,Bonjour,non-hateful,women,1
fr-2,slur_h,Du vent,hateful,,2
"""


def test_each_converter_reads_its_corpus(tmp_path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        head = "HITId,tweet,sentiment,directness,annotator_sentiment,target,group\n"
        opened.writestr("mlma/fr_dataset.csv", f"{head}1,Bonjour,normal,,,,\n2,Du vent,abusive,,,,")
    known = {
        "mlma": (archive.getvalue(), [("Bonjour", 0), ("Du vent", 1)]),
        "translated": (b'0,Bonjour\n1,"Du, vent"\n', [("Bonjour", 0), ("Du, vent", 1)]),
        "hatecheck": (HATECHECK, [("Bonjour", 0), ("Du vent", 1)]),
    }
    for name, (content, expected) in known.items():
        path = tmp_path / name
        path.write_bytes(content)
        rows = list(sources.CONVERTERS[name](path))
        assert [(row["text"], row["toxic"]) for row in rows] == expected
    assert rows[1]["labels"]["functionality"] == "slur_h"
    assert rows[1]["labels"]["target_ident"] is None


def test_parquet_is_read_too(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"text": ["Bonjour"], "toxic": [1]}), tmp_path / "f")
    (row,) = sources.CONVERTERS["textdetox"](tmp_path / "f")
    assert row == {"text": "Bonjour", "toxic": 1}


def test_the_manifest_is_sound():
    known = read_manifest()
    names = [source.name for source in known]
    assert len(names) == len(set(names))
    for listed in known:
        assert listed.url.startswith("https://")
        assert listed.convert in sources.CONVERTERS
        assert listed.licence
        # What is for evaluation is read by its name, so that training leaves its copies out.
        assert listed.name.startswith("dev-") == (listed.use == "evaluation")
    assert "none stated" not in " ".join(s.licence for s in fetch.chosen(known, ()))


def test_an_uncleared_corpus_must_be_named():
    known = read_manifest()
    assert "train-translated" not in {s.name for s in fetch.chosen(known, ())}
    assert [s.name for s in fetch.chosen(known, ["train-translated"])] == ["train-translated"]
    with pytest.raises(NotFound, match="train-mlma"):
        fetch.chosen(known, ["train-nothing"])


def test_the_command_goes_on_after_a_failure_and_says_it(server, tmp_path, monkeypatch):
    server.pages["/gone.csv"] = lambda request: request.send_error(404)
    listed = [source(server, "/gone.csv", name="train-gone"), source(server)]
    monkeypatch.setattr(fetch, "read_manifest", lambda: listed)
    result = CliRunner().invoke(fetch.fetch_data, ["--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "/gone.csv answers 404" in result.output
    assert "train-toxifrench: 4,000 rows for training. MIT." in result.output
    assert len((tmp_path / "train-toxifrench.jsonl").read_text("utf-8").splitlines()) == 4_000


def test_what_is_fetched_for_evaluation_is_kept_out_of_training(tmp_path):
    rows = {"train-mlma": ["Du vent", "Autre chose"], "dev-mhc-fr": ["Du vent !"]}
    for name, texts in rows.items():
        lines = [json.dumps({"text": text, "toxic": 1}) for text in texts]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    assert [example.text for example in corpora.training(tmp_path)] == ["Autre chose"]
