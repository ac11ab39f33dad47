"""Whose host is whose, where hosts inside may be polled."""

import httpx
import pytest

from services.ingest.pollers.read import _named


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://cms/feed", "https://cms/feed", True),
        ("http://cms:80/feed", "http://cms/entry", True),
        ("http://cms:8080/feed", "http://cms:8080/entry", True),
        ("http://cms/feed", "http://cms:8080/drafts", False),
        ("http://cms:8080/feed", "http://cms:8081/drafts", False),
        ("http://cms/feed", "http://desk/feed", False),
    ],
)
def test_a_source_has_one_host_with_tls_and_without_and_no_other_port(one: str, other: str, *, same: bool) -> None:
    assert (_named(httpx.URL(one)) == _named(httpx.URL(other))) is same
