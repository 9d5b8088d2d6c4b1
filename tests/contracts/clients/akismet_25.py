"""PyPI akismet 25.10.1, through a transport that leads to the server."""

import json
import sys

import akismet
import httpx

base, key = sys.argv[1:]
BLOG = "https://blog.example"


class Here(httpx.HTTPTransport):
    def __init__(self, label):
        super().__init__()
        self.label = label

    def handle_request(self, request):
        local = httpx.URL(base)
        request.headers["host"] = f"{self.label}.akismet.example"
        request.url = request.url.copy_with(scheme="http", host=local.host, port=local.port)
        return super().handle_request(request)


def client(key, label="rest"):
    config = akismet.Config(key=key, url=BLOG)
    return akismet.SyncClient(config, http_client=httpx.Client(transport=Here(label), timeout=5))


def error(call):
    try:
        call()
    except akismet.AkismetError as refusal:
        return type(refusal).__name__


one = client(key)
SPAM = {"user_ip": "192.0.2.1", "comment_content": "Gagnez gros, voleur !", "comment_author": "x"}
HAM = {"user_ip": "192.0.2.1", "comment_content": "Merci pour cet article."}
answers = {
    "valid": one.verify_key(),
    "invalid": client("wrong").verify_key(),
    "spam": one.comment_check(**SPAM).name,
    "ham": one.comment_check(**HAM).name,
    "test_spam": one.comment_check("192.0.2.1", comment_author="akismet-guaranteed-spam").name,
    "test_ham": one.comment_check(**SPAM, user_role="administrator").name,
    "submit_spam": one.submit_spam(**SPAM),
    "submit_ham": one.submit_ham(**HAM),
    "usage": one.usage_limit(),
    "sites": client(key, label=key.upper()).key_sites(),
    "csv": client(key, label=key).key_sites(result_format="csv"),
    "bad_key": error(lambda: client("wrong").comment_check(**HAM)),
}
json.dump(answers, sys.stdout)
