"""What OpenAPI says of the front is true: whatever is sent by it, nothing answers 5xx and nothing answers otherwise."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.pipeline.intake_house import TOKEN, Ingest, ingest
from tests.server import binaries, running

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    folder = tmp_path_factory.mktemp("redis")
    with (
        running(next(iter(binaries().values())), folder) as server,
        ingest(server.url, tmp_path_factory.mktemp("ingest"), LIGHTWIRE_LOG_LEVEL="error") as front,
    ):
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(base_url=front.url, transport=transport) as client:
            for _ in range(200):
                try:
                    client.get("/health")
                    break
                except httpx.TransportError:
                    continue
        yield front


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_that_is_sent_by_the_description_answers_otherwise(served: Ingest) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    seen: dict[str, set[int]] = {}

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            database=None,
        )  # fmt: skip
        def sends(case: schemathesis.Case[Any]) -> None:
            case.path_parameters = {**(case.path_parameters or {})}
            if "source" in case.path_parameters:
                case.path_parameters["source"] = "desk"
            answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
            case.validate_response(answer, checks=CHECKS)
            seen.setdefault(case.operation.label, set()).add(answer.status_code)

        sends()

    assert len(seen) == 10
    assert not any(status >= 500 for found in seen.values() for status in found)
