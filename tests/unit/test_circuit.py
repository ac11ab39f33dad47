"""Who does not answer is left alone for a while, then asked by one."""

from services.moderation.circuit import Circuit


def failing(times: int, rest_s: float = 10.0) -> Circuit:
    circuit = Circuit(failures_to_open=3, rest_s=rest_s)
    for _ in range(times):
        assert circuit.lets(0.0)
        circuit.failed(0.0)
    return circuit


def test_failures_in_a_row_open_it_and_the_last_one_says_so() -> None:
    circuit = failing(2)

    assert circuit.lets(0.0)
    assert circuit.failed(0.0)
    assert not circuit.lets(0.0)


def test_failures_between_answers_do_not_open_it() -> None:
    circuit = failing(2)
    assert not circuit.went_well()

    assert not circuit.failed(0.0)
    assert circuit.lets(0.0)


def test_after_a_rest_one_alone_is_let_through() -> None:
    circuit = failing(3)

    assert not circuit.lets(9.9)
    assert circuit.lets(10.0)
    assert not circuit.lets(10.0)


def test_its_answer_closes_it_for_all() -> None:
    circuit = failing(3)
    circuit.lets(10.0)

    assert circuit.went_well()
    assert all([circuit.lets(10.0), circuit.lets(10.0)])


def test_its_failure_is_another_rest_and_no_news() -> None:
    circuit = failing(3)
    circuit.lets(10.0)

    assert not circuit.failed(10.0)
    assert not circuit.lets(19.9)
    assert circuit.lets(20.0)


def test_one_who_is_stopped_on_the_way_lets_the_next_one_through() -> None:
    circuit = failing(3)
    circuit.lets(10.0)

    circuit.given_up()

    assert circuit.lets(10.0)
