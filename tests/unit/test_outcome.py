"""What a decision is given."""

from shared.outcome import Record


def test_a_record_that_was_never_written_has_version_zero() -> None:
    record = Record()

    assert (record.exists, record.revision, record.seq) == (False, 0, 0)


def test_a_version_keeps_all_digits_of_a_64_bit_revision() -> None:
    record = Record("9223372036854775807.12")

    assert (record.exists, record.revision, record.seq) == (True, 9223372036854775807, 12)
