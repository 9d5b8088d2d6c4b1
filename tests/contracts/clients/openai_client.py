"""PyPI openai."""

import json
import sys

from openai import AuthenticationError, BadRequestError, OpenAI

base, key = sys.argv[1:]


def error(kind, call):
    try:
        call()
    except kind as refusal:
        return [refusal.status_code, refusal.code]


client = OpenAI(api_key=key, base_url=base + "/v1", max_retries=0)
both = client.moderations.create(input=["Quel idiot !", "Merci."], model="omni-moderation-latest")
one = client.moderations.create(input="Merci pour cet article.")
wrong = OpenAI(api_key="wrong", base_url=base + "/v1", max_retries=0)
answers = {
    "flagged": [result.flagged for result in both.results],
    "harassment": both.results[0].category_scores.harassment,
    "self_harm": [one.results[0].categories.self_harm, one.results[0].category_scores.self_harm],
    "applied": both.results[0].category_applied_input_types.hate,
    "model": one.model,
    "bad_key": error(AuthenticationError, lambda: wrong.moderations.create(input="Bonjour")),
    "image": error(
        BadRequestError,
        lambda: client.moderations.create(
            input=[{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
        ),
    ),
}
json.dump(answers, sys.stdout)
