"""sources.toml says who may submit; what is wrong in it is named by line and key, and no secret is ever told."""

from pathlib import Path

import pytest

from services.ingest.sources import BadSources, load, polled

SECRET = "s3cret-of-the-desk-0123456789"
GOOD = f"""
[[source]]
name = "harbour-desk"
secrets = ["{SECRET}"]
"""


def _load(tmp_path: Path, text: str, **environment: str) -> object:
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    return load(path, environment)


def test_a_source_needs_a_name_and_a_secret_and_may_then_publish_stories(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD, "utf-8")

    (known,) = load(path, {}).values()

    assert known.source.path == "/newsroom/harbour-desk"
    assert (known.source.adapter, known.source.scheme) == ("native", "bearer")
    assert known.source.accepts == ("articles", "media")
    assert known.secrets == known.readers == (SECRET,)


def test_secrets_may_lie_in_the_environment_and_in_files_beside(tmp_path: Path) -> None:
    (tmp_path / "old.secret").write_text("old-secret-0123456789\n", "utf-8")
    text = '[[source]]\nname = "a"\nscheme = "ghost"\nsecrets_env = ["DESK"]\nsecrets_file = ["old.secret"]\n'
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")

    known = load(path, {"DESK": SECRET})["a"]

    assert known.secrets == (SECRET, "old-secret-0123456789")
    assert known.readers == (), "a secret that signs must not travel as a token"


def test_without_a_file_nobody_may_submit(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml", {}) == {}


def test_the_example_can_be_used_as_it_is(project: Path) -> None:
    environment = {"GHOST_WEBHOOK_SECRET": SECRET, "SUPERDESK_SECRET_TOKEN": SECRET, "COMMENTS_SECRET": SECRET,
                   "FORM_SECRET": SECRET, "CORAL_SECRET": SECRET, "DESK_TOKEN": SECRET}  # fmt: skip

    assert load(project / "examples" / "sources.toml", environment)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD + "[[source]\n", 5, "line 5"),
        (GOOD + 'rate_per_minute = "many"\n', 5, "source[0].rate_per_minute"),
        (GOOD + "rate_per_minute = 0\n", 5, "greater than or equal to 1"),
        (GOOD + 'scheme = "md5"\n', 5, "must be one of bearer, coral"),
        (GOOD + 'adapter = "word"\n', 5, "must be one of "),
        (GOOD + 'colour = "red"\n', 5, "source[0].colour"),
        (GOOD + 'accepts = ["everything"]\n', 5, "source[0].accepts"),
        (GOOD + GOOD, 7, "is there already"),
        (GOOD + '[[source]]\nsecrets = ["0123456789abcdef"]\n', 5, "source[1].name"),
        (GOOD + '[[source]]\nname = "b"\n', 5, "source[1].secrets is missing"),
        (GOOD + '[[source]]\nname = "b"\nsecrets = ["short"]\n', 7, "at least 16 characters"),
        (GOOD + '[[source]]\nname = "b"\nsecrets_env = ["NOT_SET"]\n', 7, "names a variable that is not set"),
        (GOOD + '[[source]]\nname = "b"\nsecrets_file = ["none"]\n', 7, "cannot be read"),
        (GOOD + 'read_secrets = ["short"]\n', 5, "at least 16 characters"),
        (GOOD.replace("desk", "Desk"), 3, "source[0].name"),
        (GOOD + 'scheme = "standard-webhooks"\n', 4, "whsec_"),
        (GOOD + '[source.form]\nsecrets = ["0123456789abcdef"]\norigins = ["https://a/"]\n', 7, "origins"),
        ('[[sauce]]\nname = "x"\n', 1, "sauce"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_key_without_a_secret(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    with pytest.raises(BadSources) as bad:
        _load(tmp_path, text)

    message = str(bad.value)
    assert said in message
    assert f"sources.toml:{line}:" in message or f"line {line}" in message
    assert SECRET not in message
    assert "short" not in message


def test_a_secret_is_in_no_repr(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD, "utf-8")

    assert SECRET not in repr(load(path, {}))


POLLED = """
[[source]]
name = "blog"
adapter = "{adapter}"
[source.poll]
url = "https://blog.example/feed"
{more}
"""


def test_a_source_that_is_polled_needs_no_secret_and_has_its_password_at_hand(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(POLLED.format(adapter="wordpress", more='user = "ada"\npassword_env = "WORD"'), "utf-8")

    (one,) = polled(load(path, {"WORD": "abcd efgh"}))

    assert (one.name, one.adapter, one.poll.user) == ("blog", "wordpress", "ada")
    assert one.poll.password
    assert one.poll.password.get_secret_value() == "abcd efgh"
    assert "abcd" not in repr(one)


@pytest.mark.parametrize(
    ("adapter", "more", "says"),
    [
        ("ninjs", "", "adapter cannot be polled"),
        ("feed", 'every = "5m"', "every"),
        ("feed", 'user = "ada"', "go together"),
        ("wordpress", 'user = "ada"\npassword_env = "NOBODY"', "holds nothing"),
        ("wordpress", 'user = "ada"\npassword_file = "nowhere"', "cannot be read"),
    ],
)
def test_a_table_of_polling_that_cannot_be_used_is_named(tmp_path: Path, adapter: str, more: str, says: str) -> None:
    with pytest.raises(BadSources, match=says):
        _load(tmp_path, POLLED.format(adapter=adapter, more=more))
