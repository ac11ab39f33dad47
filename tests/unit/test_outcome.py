"""What a decision is given."""

from dataclasses import fields

from shared.outcome import Blob, Expire, Outcome, Put, Record, together


def test_a_record_that_was_never_written_has_version_zero() -> None:
    record = Record()

    assert (record.exists, record.revision, record.seq) == (False, 0, 0)


def test_a_version_keeps_all_digits_of_a_64_bit_revision() -> None:
    record = Record("9223372036854775807.12")

    assert (record.exists, record.revision, record.seq) == (True, 9223372036854775807, 12)


def test_what_several_outcomes_do_is_all_done() -> None:
    one = Outcome(drop=("a",), put=(Put("k", "f", b"1"),), blobs=(Blob("b", b"x"),), expire=(Expire("e", 1),))
    other = Outcome(drop=("b",), put=(Put("k", "g", b"2"),), note="second")

    both = together(one, other, Outcome(note="third"))

    assert (both.drop, both.note) == (("a", "b"), "second")
    assert [put.field for put in both.put] == ["f", "g"]
    # A field that comes later must not be lost either.
    everything = Outcome(**{field.name: (field.name,) for field in fields(Outcome) if field.name != "note"})  # type: ignore[arg-type]
    assert together(everything) == everything
