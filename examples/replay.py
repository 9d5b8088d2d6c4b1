"""Replay recorded decisions through a running server, then learn from them.

Posts every comment of a file over HTTP, decides on each in the moderators' console as its record
says, exports the decisions, trains on the earlier threads, evaluates on the later ones, and asks
for promotion. The file has one JSON object a line: `text`, `thread`, `removed` (0 or 1).

    make run                                      # in another terminal
    .venv/bin/moderation create-site replay Replay
    .venv/bin/moderation set-policy replay audit_share=1 first_comments=0
    .venv/bin/python examples/replay.py decisions.jsonl --key KEY --login demo --password PASSWORD

`audit_share=1` lets a person see every comment, so that what is learnt and measured is not biased
by what the machine let through.
"""

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

BATCH = 100
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
console = Console()


def main() -> None:
    """Replay a file and print what happened."""
    options = arguments()
    rows = [json.loads(line) for line in options.decisions.read_text("utf-8").splitlines()]
    ids = post(options, rows)
    decide(options, rows, ids)
    learn(options)


def arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(description="Replay recorded decisions through a running server.")
    parser.add_argument("decisions", type=Path, help="JSON Lines of recorded decisions")
    parser.add_argument("--server", default="http://localhost:8000")
    parser.add_argument("--site", default="replay", help="the site's short name")
    parser.add_argument("--key", required=True, help="the site's API key")
    parser.add_argument("--login", required=True, help="a moderator")
    parser.add_argument("--password", required=True)
    parser.add_argument("--corpora", type=Path, default=Path("data/seed"), help="trained on too")
    parser.add_argument("--database", default="sqlite:///var/vigie.db", help="the server's")
    parser.add_argument("--out", type=Path, default=Path("data/exports/replay"))
    return parser.parse_args()


def post(options: Namespace, rows: list[dict[str, Any]]) -> list[str]:
    """Post every comment in batches; answer our id of each."""
    ids = []
    outcomes: Counter[str] = Counter()
    for start in track(range(0, len(rows), BATCH), "Posting"):
        batch = [comment(start + place, row) for place, row in enumerate(rows[start:][:BATCH])]
        request = urllib.request.Request(
            f"{options.server}/v1/comments/batch",
            json.dumps({"comments": batch}).encode(),
            {"Authorization": f"Bearer {options.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            for result in json.load(answer)["results"]:
                refused = result["comment"] is None
                ids.append("" if refused else result["comment"]["id"])
                outcomes[
                    result["problem"]["detail"] if refused else result["comment"]["status"]
                ] += 1
    console.print(f"Posted {len(rows)} comments:", dict(outcomes))
    return ids


def comment(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """Make a submission of a recorded comment; its record names no author."""
    thread = row["thread"]
    return {
        "external_id": f"replay-{number}",
        "article": {
            "external_id": f"thread-{thread}",
            "url": f"https://replay.example/{thread}",
            "title": f"Fil {thread}",
        },
        "author": {"name": "Anonyme"},
        "text": row["text"],
    }


class Moderator:
    """A moderator's browser, without the browser."""

    def __init__(self, server: str) -> None:
        self.server = server
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def read(self, path: str, form: dict[str, str] | None = None) -> str:
        """Read a page, or send a form and read where it leads."""
        data = urllib.parse.urlencode(form).encode() if form else None
        headers = {"Referer": self.server + path}
        request = urllib.request.Request(self.server + path, data, headers)
        with self.opener.open(request) as answer:
            page: str = answer.read().decode()
        return page

    def log_in(self, login: str, password: str) -> None:
        """Open a session."""
        fields = dict(HIDDEN.findall(self.read("/login")))
        page = self.read("/login", {**fields, "login": login, "password": password})
        if "logout" not in page:
            raise SystemExit("The login was refused.")

    def decide(self, comment_id: str, *, remove: bool) -> None:
        """Decide on one comment in its own page."""
        fields = dict(HIDDEN.findall(self.read(f"/comments/{comment_id}")))
        wanted = {"action": "reject", "reason": "other"} if remove else {"action": "approve"}
        self.read(f"/comments/{comment_id}/decision", {**fields, **wanted})


def decide(options: Namespace, rows: list[dict[str, Any]], ids: list[str]) -> None:
    """Decide on every comment that waits, as its record says."""
    moderator = Moderator(options.server)
    moderator.log_in(options.login, options.password)
    decided: Counter[str] = Counter()
    for row, comment_id in track(list(zip(rows, ids, strict=True)), "Deciding"):
        if not comment_id:
            continue
        try:
            moderator.decide(comment_id, remove=bool(row["removed"]))
            decided["rejected" if row["removed"] else "approved"] += 1
        except urllib.error.HTTPError as error:
            decided[f"answered {error.code}"] += 1
    console.print("Decided:", dict(decided))


def learn(options: Namespace) -> None:
    """Export, train, evaluate and promote with the data scientists' command."""
    out = str(options.out)
    base = ["--database", options.database]
    run("export", "--site", options.site, "--out", out, *base)
    with urllib.request.urlopen(f"{options.server}/health") as answer:
        champion = json.load(answer)["model"]
    if "encoder" in champion:
        printed = run("refit", champion, "--decisions", out, *base)
    else:
        printed = run("train", "--data", str(options.corpora), "--decisions", out, *base)
    version = printed.split()[-2]
    report = str(options.out / f"{version}.html")
    run("evaluate", version, "--data", out, "--site", options.site, "--report", report, *base)
    run("promote", version, *base)
    run("list", *base)


def run(*arguments: str) -> str:
    """Run one `moderation-train` command, showing what it prints."""
    console.rule(f"moderation-train {' '.join(arguments)}")
    command = [str(Path(sys.executable).with_name("moderation-train")), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        printed = ""
        for line in process.stdout or ():
            console.print(line, end="", markup=False, highlight=False)
            printed += line
    return printed


if __name__ == "__main__":
    main()
