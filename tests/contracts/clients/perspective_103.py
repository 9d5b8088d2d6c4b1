"""PyPI perspective 1.0.3."""

import json
import sys

from perspective import PerspectiveAPI

base, key = sys.argv[1:]
client = PerspectiveAPI(key)
client.api_client.url = base + "/v1alpha1/{endpoint}"
answers = {
    "score": client.score("Quel idiot !", tests=["TOXICITY", "INSULT"]),
    "calm": client.analyze_comment(
        "Merci pour cet article.",
        requested_attributes={"TOXICITY": {"scoreThreshold": 0.5}},
        span_annotations=True,
        languages=["fr"],
        do_not_store=True,
        client_token="t2",
        community_id="Gazette",
        context=[{"text": "Un article", "type": "PLAIN_TEXT"}],
    ),
    "suggest": client.suggest_score(
        "Quel idiot !",
        {"TOXICITY": {"summaryScore": {"value": 0.0}, "spanScores": []}},
        client_token="t3",
        validate=False,
    ),
}
json.dump(answers, sys.stdout)
