"""A policy is used as it was meant or not at all."""

import tomllib
from pathlib import Path

import pytest

from services.moderation.policy import PolicyError, files_named, rulebook
from services.moderation.policy_files import DEFAULT, load

HEAD = 'version = "1"\non_unknown = "hold"\nwordlists = ["w.toml"]\n'
RULE = '[[rule]]\nid = "r"\nwhen = { words = ["l"] }\ndo = "hold"\nreason = "insult"\n'
LIST = '[[list]]\nid = "l"\nlanguages = ["en"]\nterms = ["rude"]\n'


def refusal(policy: str, words: str | None = LIST) -> str:
    files = {} if words is None else {"w.toml": words.encode()}
    with pytest.raises(PolicyError) as refused:
        rulebook(policy.encode(), files)
    return str(refused.value)


def test_a_whole_policy_is_taken() -> None:
    rules = rulebook((HEAD + RULE).encode(), {"w.toml": LIST.encode()})

    assert [rule.id for rule in rules.rules] == ["r"]
    assert set(rules.words) == {"en"}
    assert rules.named.version == "1"


def test_the_digest_changes_with_the_rules_and_with_the_words() -> None:
    digests = {
        rulebook(policy.encode(), {"w.toml": words.encode()}).named.digest
        for policy in (HEAD + RULE, HEAD + RULE + "# note\n")
        for words in (LIST, LIST + "# note\n")
    }

    assert len(digests) == 4


@pytest.mark.parametrize(
    ("policy", "words", "told"),
    [
        ("not toml", LIST, "policy: not TOML"),
        (HEAD + RULE + 'colour = "red"\n', LIST, "/rule/0/colour"),
        (HEAD.replace("hold", "publish") + RULE, LIST, "/on_unknown"),
        (HEAD + RULE.replace('"hold"', '"publish"'), LIST, "/rule/0/do"),
        (HEAD + RULE.replace("words", "wrods"), LIST, "/rule/0/when/wrods"),
        (HEAD + RULE.replace('words = ["l"]', ""), LIST, "rule r has an empty `when`"),
        (HEAD + RULE.replace('["l"]', '["m"]'), LIST, "uses the list m"),
        (HEAD + RULE.replace('["l"]', "[]"), LIST, "/rule/0/when/words"),
        (HEAD + RULE.replace('reason = "insult"', ""), LIST, "/rule/0/reason"),
        (HEAD + RULE + RULE, LIST, "rule r is given twice"),
        (HEAD + RULE, LIST + LIST, "list l is given twice"),
        (HEAD + RULE, LIST.replace('languages = ["en"]\n', ""), "w.toml: /list/0/languages"),
        (HEAD + RULE, LIST.replace('["en"]', "[]"), "w.toml: /list/0/languages"),
        (HEAD + RULE, LIST.replace('["rude"]', "[]"), "w.toml: /list/0/terms"),
        (HEAD + RULE, None, "w.toml, which does not exist"),
        (RULE, LIST, "/version"),
    ],
)
def test_a_policy_with_a_mistake_is_refused_and_the_place_is_named(policy: str, words: str | None, told: str) -> None:
    assert told in refusal(policy, words)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(HEAD + RULE)

    with pytest.raises(PolicyError, match=r"w\.toml cannot be read"):
        load(tmp_path / "policy.toml")


def test_the_policy_a_newsroom_starts_with_is_whole() -> None:
    rules = load()

    assert {"en", "fa"} <= set(rules.words)
    assert files_named(DEFAULT.read_bytes()) == ("wordlists/en.toml", "wordlists/fa.toml")


def test_every_listed_word_of_the_starting_policy_is_found_and_named() -> None:
    rules = load()
    for name in files_named(DEFAULT.read_bytes()):
        for one in tomllib.loads((DEFAULT.parent / name).read_text())["list"]:
            for term in one["terms"]:
                found = list(rules.words[one["languages"][0]].find(f"- {term.removesuffix('*')} -"))

                assert (one["id"], term) in {(hit.list, hit.term) for hit in found}
