"""Google's own client, which builds itself from the discovery document."""

import json
import sys

from googleapiclient import discovery
from googleapiclient.errors import HttpError

base, key = sys.argv[1:]
TEXT = "Quel idiot 😀 ! Merci à tous."


def build(key):
    return discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=f"{base}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )


def analyze(client, **body):
    return client.comments().analyze(body={"comment": {"text": TEXT}, **body}).execute()


def error(call):
    try:
        call()
    except HttpError as refusal:
        return json.loads(refusal.content)["error"]


client = build(key)
ATTRIBUTES = ["TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"]
ATTRIBUTES += ["SEXUALLY_EXPLICIT", "SPAM", "LIKELY_TO_REJECT"]
answers = {
    "all": analyze(
        client,
        requestedAttributes={name: {} for name in ATTRIBUTES},
        languages=["fr"],
        spanAnnotations=True,
        doNotStore=True,
        clientToken="t1",
    ),
    "suggest": client.comments()
    .suggestscore(
        body={
            "comment": {"text": TEXT},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
            "clientToken": "comment:c1",
            "communityId": "Coral:https://coral.example",
        }
    )
    .execute(),
    "bad_key": error(lambda: analyze(build("wrong"), requestedAttributes={"TOXICITY": {}})),
    "no_attribute": error(lambda: analyze(client)),
    "unknown": error(lambda: analyze(client, requestedAttributes={"FLIRTATION": {}})),
}
json.dump(answers, sys.stdout)
