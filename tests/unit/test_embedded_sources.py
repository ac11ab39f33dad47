"""Which sources.toml a machine that runs everything by itself goes by."""

from pathlib import Path

from services.embedded_keys import demo_source


def test_a_file_of_ones_own_counts_and_the_setting_before_it(tmp_path: Path) -> None:
    folder = tmp_path / ".lightwire"
    folder.mkdir()

    made = demo_source(folder, {}, loopback=True)
    (tmp_path / "sources.toml").write_text("", "utf-8")
    own = demo_source(folder, {}, loopback=True)
    named = demo_source(folder, {"LIGHTWIRE_SOURCES": "/etc/x.toml"}, loopback=True)
    outside = demo_source(folder, {}, loopback=False)

    assert Path(made) == folder / "sources.toml"
    assert 'name = "demo"' in Path(made).read_text("utf-8")
    assert [Path(own), Path(outside)] == [tmp_path / "sources.toml"] * 2
    assert named == "/etc/x.toml"
