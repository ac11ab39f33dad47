"""A page is served under its own policy, and never under a loose one."""

import pytest

from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from services.delivery.renditions.spec import Spec
from services.site.policy import page_policy
from tests.contract.rendition_pages import make_page


@pytest.mark.parametrize("spec", [FULL, LIGHT], ids=lambda spec: spec.name)
def test_a_story_is_served_under_its_own_hashes_and_framed_by_nobody(spec: Spec) -> None:
    policy = page_policy(spec.render(make_page()).encode())

    assert policy.startswith("default-src 'none';")
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert policy.endswith("; frame-ancestors 'none'")
    assert ("script-src 'sha256-" in policy) is (spec is FULL)


@pytest.mark.parametrize("spec", [FULL, LIGHT], ids=lambda spec: spec.name)
def test_the_longest_words_of_a_newsroom_do_not_loosen_it(spec: Spec) -> None:
    page = make_page("fa", headline="آب" * 1_000, standfirst="آب" * 5_000)

    assert "unsafe" not in page_policy(spec.render(page).encode())


@pytest.mark.parametrize(
    "policy",
    ["script-src 'unsafe-inline'", "default-src *", "default-src 'none'; script-src 'unsafe-eval'", "",
     "default-src 'none'; script-src https://*.example", "default-src 'none'; script-src https://evil.example",
     "default-src 'none'; script-src data:", "default-src 'none'; script-src 'self'",
     "default-src 'none'; script-src 'sha256-abc' blob:", "default-src 'none'; connect-src https://evil.example",
     "default-src 'none'; default-src 'self'", "default-src 'none'; script-src-elem 'self'",
     "default-src 'none'; frame-src 'self'", "default-src 'none'; form-action https://evil.example"],
)  # fmt: skip
def test_a_page_that_would_allow_more_gets_no_script_at_all(policy: str) -> None:
    served = page_policy(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'.encode())

    assert "script-src" not in served
    assert served.startswith("default-src 'none'; frame-ancestors 'none'")


def test_a_policy_brought_along_by_the_text_counts_for_nothing() -> None:
    late = (
        b" " * 5_000
        + b"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'\">"
    )

    assert "script-src" not in page_policy(late)
