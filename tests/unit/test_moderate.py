"""What becomes of comments and stories, and that no spelling gets past a listed word."""

import pytest

from services.moderation.gate import gate
from services.moderation.moderate import moderate
from services.moderation.policy import Rulebook, rulebook
from services.moderation.policy_files import load
from services.moderation.wordlists import Words
from shared.articles import Change
from shared.comments import Author, Comment, CommentFacts, Decision, Span, Verdict
from shared.events import ArticleEnriched, CommentEnriched
from shared.fold import fold
from tests.builders import NOW, article

RULES = load()


def decided(
    body: str, language: str = "en", *, links: tuple[Span, ...] = (), rules: Rulebook = RULES, revision: int = 1
) -> Decision:
    comment = Comment(
        id="c", article_id="a", revision=revision, author=Author(id="u", name="Ada"), body=body, created_at=NOW
    )
    facts = CommentFacts(language=language, links=links)
    return moderate(
        CommentEnriched(comment_id="c", article_id="a", revision=revision, comment=comment, facts=facts), rules, NOW
    )


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("I disagree with the council, politely.", "en"),
        ("My class visited Scunthorpe; the assassin was caught.", "en"),
        ("The liarbird is no bird, and a traipse is no trait.", "en"),
        ("ممنون از این گزارش خوب", "fa"),
        ("حمق\u200cآباد روستایی است", "fa"),
        ("حرام و لقمه دو واژه\u200cاند", "fa"),
    ],
)
def test_a_clean_comment_is_published_with_its_record(body: str, language: str) -> None:
    decision = decided(body, language)

    assert (decision.verdict, decision.hits, decision.unknown) == (Verdict.PUBLISH, (), ())
    assert decision.policy == RULES.named
    assert decision.actor.kind == "engine"


@pytest.mark.parametrize(
    "written",
    [
        "idiot", "IDIOT", "Idiots!", "i\u200bd\u200ci\u00adot", "ｉｄｉｏｔ", "𝐢𝐝𝐢𝐨𝐭", "\u202eidiot\u202c",
        "id\u2060iot", "idio\ufe0ft", "(idiot)", "…idiot,", "idiot\u034f",
    ],
)  # fmt: skip
def test_no_disguise_hides_an_english_word(written: str) -> None:
    body = f"You are an {written} sir"

    decision = decided(body)

    assert (decision.verdict, decision.rule, decision.reason) == (Verdict.HOLD, "insult", "insult")


@pytest.mark.parametrize(
    "written",
    [
        "احمق", "احـــمق", "ا\u200cح\u200cم\u200cق", "اَحْمَقّ", "اح\u200bمق", "احمق\u200cها", "احمق‌ترین", "ﺍﺣﻤﻖ",
        "بی\u200cشعور", "بی شعور", "بيشعور", "بي\u200cشعور", "كاسه‌ليس", "ڪاسه‌لیس", "مزدوۤر", "گم\u200cشو",
    ],
)  # fmt: skip
def test_no_disguise_hides_a_persian_word(written: str) -> None:
    decision = decided(f"تو {written} هستی", "fa")

    assert (decision.verdict, decision.rule) == (Verdict.HOLD, "insult")


def test_evidence_points_at_what_the_reader_wrote() -> None:
    body = "😀 تو اَحـ\u200cمـَق هستی"

    (hit,) = decided(body, "fa").hits
    (evidence,) = hit.evidence

    assert evidence.span is not None
    assert body[evidence.span.start : evidence.span.end].startswith("اَحـ\u200cمـَق")
    assert (evidence.check, evidence.list, evidence.term, evidence.level) == ("words", "fa-insults", "احمق*", 1)


def test_the_most_severe_rule_decides_and_every_hit_is_kept() -> None:
    decision = decided("Idiot! They are vermin.", links=(Span(start=0, end=5),))

    assert (decision.verdict, decision.rule, decision.reason) == (Verdict.REJECT, "dehumanising", "hate")
    assert {hit.rule for hit in decision.hits} == {"insult", "dehumanising", "link"}


def test_a_link_is_held_with_its_place() -> None:
    decision = decided("see example.com", links=(Span(start=4, end=15),))

    assert (decision.verdict, decision.rule) == (Verdict.HOLD, "link")
    assert decision.hits[0].evidence[0].span == Span(start=4, end=15)


def test_a_shadow_rule_is_recorded_and_does_nothing() -> None:
    links = tuple(Span(start=n, end=n + 1) for n in range(4))

    decision = decided("a b c d", links=links)

    assert decision.verdict is Verdict.HOLD
    assert [hit.rule for hit in decision.shadow] == ["try-many-links"]
    assert "try-many-links" not in {hit.rule for hit in decision.hits}


@pytest.mark.parametrize("body", ["\u200c\u200b", "!!!", "👍"])
def test_a_comment_that_says_nothing_is_rejected(body: str) -> None:
    assert decided(body).rule == "says-nothing"


def test_an_endless_comment_is_held() -> None:
    assert decided("word " * 900).rule == "very-long"


@pytest.mark.parametrize("language", ["und", "ckb", "de-DE"])
def test_a_language_without_a_word_list_is_held_for_a_person(language: str) -> None:
    decision = decided("Harmless words.", language)

    assert (decision.verdict, decision.unknown, decision.reason) == (Verdict.HOLD, ("words",), "unchecked:words")


def test_a_list_is_used_for_its_own_language_only() -> None:
    assert decided("You idiot", "fa").verdict is Verdict.PUBLISH


def test_a_comment_enrichment_could_not_read_is_held() -> None:
    comment = Comment(id="c", article_id="a", revision=1, author=Author(id="u", name="A"), body="Hi", created_at=NOW)
    enriched = CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=None)

    assert moderate(enriched, RULES, NOW).verdict is Verdict.HOLD


def test_all_conditions_of_a_rule_must_hold() -> None:
    policy = 'version="1"\non_unknown="hold"\nwordlists=["w"]\n[[rule]]\nid="r"\ndo="flag"\nreason="spam"\n'
    both = rulebook(
        (policy + "when={links_over=0, shorter_than=10}\n").encode(),
        {"w": b'[[list]]\nid="l"\nlanguages=["en"]\nterms=["rude"]\n'},
    )
    link = (Span(start=0, end=1),)

    assert decided("short", links=link, rules=both).verdict is Verdict.FLAG
    assert decided("short", rules=both).verdict is Verdict.PUBLISH
    assert decided("much longer than that", links=link, rules=both).verdict is Verdict.PUBLISH


def test_a_decision_taken_again_is_the_same_record() -> None:
    assert decided("You idiot") == decided("You idiot")
    assert decided("x").id != decided("x", revision=2).id


def test_a_comment_its_author_withdrew_is_the_authors_own_decision() -> None:
    enriched = CommentEnriched(comment_id="c", article_id="a", revision=2)

    decision = moderate(enriched, RULES, NOW)

    assert (decision.verdict, decision.actor.kind, decision.reason) == (Verdict.REJECT, "author", "withdrawn")


def test_a_story_passes_the_gate_with_a_record_and_unchanged() -> None:
    enriched = ArticleEnriched(article_id="a", revision=3, change=Change.UPDATED, article=article(revision=3))

    passed = gate(enriched, RULES.named, NOW)

    assert passed.article is enriched.article
    assert (passed.decision.verdict, passed.decision.actor.kind) == (Verdict.PUBLISH, "engine")
    assert (passed.decision.subject, passed.decision.revision, passed.decision.at) == ("a", 3, NOW)


@pytest.mark.parametrize("change", [Change.KILLED, Change.WITHHELD])
def test_a_withdrawal_passes_the_gate_at_once(change: Change) -> None:
    passed = gate(ArticleEnriched(article_id="a", revision=3, change=change), RULES.named, NOW)

    assert (passed.change, passed.article) == (change, None)
    assert (passed.decision.actor.kind, passed.decision.reason) == ("editor", change.value)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Straße", "strasse"),
        ("۱۲۳ ١٢٣ 123", "123 123 123"),
        ("a,, b!?\n\nc", "a b c"),
        ("e\u0301\u200b", "é"),
        ("ي ى ك ہ", "ی ی ک ه"),
        ("مــــن", "من"),
        ("آب ا\u0653ب", "آب آب"),
        ("", ""),
    ],
)
def test_folding_writes_one_word_one_way(written: str, folded: str) -> None:
    assert fold(written).text == folded


def test_every_folded_character_knows_where_it_came_from() -> None:
    text = "😀 Stra\u00adße ﷲ e\u0301 مـَن"

    folded = fold(text)

    assert len(folded.text) == len(folded.origin)
    assert list(folded.origin) == sorted(folded.origin)
    assert text[folded.origin[folded.text.index("s")]] == "S"


def test_a_phrase_is_found_across_punctuation_and_lines() -> None:
    words = Words([("l", "shut up")])

    assert [found.span for found in words.find("just shut,\n up now")] == [Span(start=5, end=14)]


def test_a_listed_word_is_a_whole_word() -> None:
    words = Words([("l", "ass"), ("l", "fool*")])

    assert list(words.find("class assess tomfool")) == []
    assert [found.term for found in words.find("an ass, foolish")] == ["ass", "fool*"]
