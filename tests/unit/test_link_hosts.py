"""Where a link leads, however it is written."""

import pytest

from services.moderation.checks.links import host
from services.moderation.moderate import moderate
from services.moderation.policy import rulebook
from shared.comments import Author, Comment, CommentFacts, Verdict
from shared.events import CommentEnriched
from shared.links import links as found
from tests.builders import NOW

POLICY = """
version = "1"
on_unknown = "hold"
wordlists = ["w.toml"]
[[rule]]
id = "lured"
when = { links_to = ["t.me", "سایت.example"] }
do = "reject"
reason = "elsewhere"
[[rule]]
id = "outside"
when = { links_outside = ["paper.example", "t.me"] }
do = "hold"
reason = "links"
"""
LISTS = b'[[list]]\nid = "none"\nlanguages = ["en"]\nterms = ["zzzzz"]\n'


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("https://Evil.com/x?y#z", "evil.com"), ("hxxp://evil[.]com", "evil.com"), ("evil . com", "evil.com"),
        ("www.evil.com:8080/x", "www.evil.com"), ("http://paper.example@evil.com/", "evil.com"),
        ("//evil.com", "evil.com"), ("ada@paper.example", "paper.example"),
        ("mailto:ada@paper.example", "paper.example"),
        ("http://\u0633\u0627\u06cc\u062a.example/", "xn--mgbgz72d.example"), ("evil(dot)com", "evil.com"),
        ("https:\\\\evil.com", "evil.com"), ("https://evil.com.", "evil.com"),
    ],
)  # fmt: skip
def test_the_host_is_the_one_that_is_looked_up(link: str, leads_to: str) -> None:
    told = host(link)

    assert told == leads_to


@pytest.mark.parametrize(
    ("body", "verdict", "rule"),
    [
        ("See t.me/abc", Verdict.REJECT, "lured"), ("See https://x.t.me/abc", Verdict.REJECT, "lured"),
        ("See https://not-t.me/abc", Verdict.HOLD, "outside"),
        ("See https://news.paper.example/1", Verdict.PUBLISH, None),
        ("See http://\u0633\u0627\u06cc\u062a.example/", Verdict.REJECT, "lured"),
        ("See https://paper.example@evil.com/", Verdict.HOLD, "outside"), ("No link at all", Verdict.PUBLISH, None),
    ],
)  # fmt: skip
def test_a_rule_goes_by_where_links_lead(body: str, verdict: Verdict, rule: str | None) -> None:
    comment = Comment(id="c", article_id="a", revision=1, author=Author(id="u", name="Ada"), body=body, created_at=NOW)
    facts = CommentFacts(language="en", words=2, links=found(body))
    fact = CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=facts)

    decision = moderate(fact, rulebook(POLICY.encode(), {"w.toml": LISTS}), NOW)

    assert (decision.verdict, decision.rule) == (verdict, rule)
