"""Our own API does what its OpenAPI document says, whatever it is sent."""

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

CHECKS = settings(
    max_examples=15,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_document_is_kept(app: Flask, key: str) -> None:
    document = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) >= 10
    for operation in operations:

        @seed(1)
        @CHECKS
        @given(case=operation.as_strategy())
        def keeps(case: schemathesis.Case) -> None:
            # What a text may hold (no blank line, no control character) is beyond JSON Schema.
            case.call_and_validate(
                headers={"Authorization": f"Bearer {key}"},
                excluded_checks=[positive_data_acceptance],
            )

        keeps()
