"""The API's own description."""

import re

from flask.testing import FlaskClient

# Another's protocol under our roof: its own documents describe it.
OPENAI = "/v1/moderations"


def test_the_document_describes_every_route_in_openapi_3_1(visitor: FlaskClient) -> None:
    document = visitor.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    rules = [rule.rule for rule in visitor.application.url_map.iter_rules()]
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) for rule in rules}
    ours = {path for path in routes if path.startswith("/v1/")} - {OPENAI}
    assert ours <= set(document["paths"])
    assert document["paths"]["/v1/comments"]["post"]["security"] == [{"site_key": []}]


def test_every_reference_of_the_document_leads_somewhere(visitor: FlaskClient) -> None:
    answer = visitor.get("/openapi.json")
    schemas = answer.json["components"]["schemas"]
    named = re.findall(r'"#/components/schemas/([^"]+)"', answer.text)
    assert len(named) > 10
    assert set(named) <= set(schemas)
