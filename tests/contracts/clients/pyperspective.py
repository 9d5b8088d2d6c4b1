"""PyPI PyPerspective 1.0.4, the strictest reader."""

import json
import sys
from importlib import import_module

base, key = sys.argv[1:]
module = import_module("PyPerspective.Perspective")
module.base_url = base + "/v1alpha1/comments:analyze"


def error(call):
    try:
        call()
    except Exception as refusal:
        return [type(refusal).__name__, str(refusal)]


client = module.Perspective(key)
comment = client.get_score(
    "Quel idiot ! Bon.", tests=["TOXICITY", "INSULT_EXPERIMENTAL"], langs=["fr"]
)
answers = {
    "scores": {each.name: [each.score, each.score_type] for each in comment.attributes},
    "spans": [str(span) for span in comment["TOXICITY"].spans],
    "languages": [comment.requests_langs, comment.detected_langs],
    "english": client.get_score("What an idiot", tests="TOXICITY")["TOXICITY"].score,
    "bad_key": error(lambda: module.Perspective("wrong")),
}
json.dump(answers, sys.stdout)
