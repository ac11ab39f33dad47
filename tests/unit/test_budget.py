"""A check that takes too long is left, whatever it does, and nothing else ever notices the alarm."""

import re
import signal
import threading
import time
from collections.abc import Callable

import pytest

from services.moderation.budget import Budget, Overtime
from services.moderation.subject import Subject
from shared.comments import Evidence

SUBJECT = Subject("text", None, {})
Hangs = Callable[[Subject], tuple[Evidence, ...]]


def busy(_: Subject) -> tuple[Evidence, ...]:
    while True:
        pass


def asleep(_: Subject) -> tuple[Evidence, ...]:
    threading.Event().wait()
    return ()


def backtracking(_: Subject) -> tuple[Evidence, ...]:
    re.match(r"(a+)+$", "a" * 60 + "b")
    return ()


def swallowing(_: Subject) -> tuple[Evidence, ...]:
    """Says that it found nothing, because the alarm looked like any other failure."""
    try:
        busy(_)
    except Exception:  # noqa: BLE001 - what is tried here
        return ()
    return ()


def swallowing_again_and_again(_: Subject) -> tuple[Evidence, ...]:
    for _again in range(3):
        swallowing(_)
    return ()


def quick(_: Subject) -> tuple[Evidence, ...]:
    return (Evidence(check="quick"),)


@pytest.mark.parametrize("check", [busy, backtracking, swallowing, swallowing_again_and_again])
def test_a_check_that_takes_too_long_is_left_and_the_next_one_runs(check: Hangs) -> None:
    with Budget(5, 500).of_one_comment() as limited:
        with pytest.raises(Overtime):
            limited(check, SUBJECT)

        assert limited(quick, SUBJECT) == (Evidence(check="quick"),)


def test_a_check_that_waits_is_left_too() -> None:
    with Budget(5, 25).of_one_comment() as limited, pytest.raises(Overtime):
        limited(asleep, SUBJECT)


def test_when_the_time_of_a_comment_is_used_up_no_further_check_is_called() -> None:
    called = []

    def noting(_: Subject) -> tuple[Evidence, ...]:
        called.append(1)
        return ()

    with Budget(5, 10).of_one_comment() as limited:
        for _ in range(2):
            with pytest.raises(Overtime):
                limited(busy, SUBJECT)
        with pytest.raises(Overtime):
            limited(noting, SUBJECT)

    assert called == []


def test_a_machine_that_is_busy_elsewhere_costs_a_check_nothing() -> None:
    """An alarm that rings before the check has used its time of the processor is set again."""

    def interrupted(_: Subject) -> tuple[Evidence, ...]:
        signal.raise_signal(signal.SIGALRM)
        return ()

    with Budget(1_000, 5_000).of_one_comment() as limited:
        assert limited(interrupted, SUBJECT) == ()


def test_no_alarm_rings_outside_a_check_and_what_was_there_before_is_back() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: rung.append(number))
    try:
        with Budget(5, 500).of_one_comment() as limited:
            limited(quick, SUBJECT)
            assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
            # One that is late, such as after a stall.
            signal.raise_signal(signal.SIGALRM)

        assert signal.getitimer(signal.ITIMER_REAL) == signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
        signal.raise_signal(signal.SIGALRM)
        assert rung == [signal.SIGALRM]
    finally:
        signal.signal(signal.SIGALRM, before)


def test_what_a_check_raises_is_what_the_caller_sees() -> None:
    def broken(_: Subject) -> tuple[Evidence, ...]:
        raise ZeroDivisionError

    with Budget(50, 250).of_one_comment() as limited, pytest.raises(ZeroDivisionError):
        limited(broken, SUBJECT)


def test_in_a_thread_checks_take_as_long_as_they_like() -> None:
    """Alarms belong to the main thread; who tries a policy in another one waits."""
    found: list[object] = []

    def work() -> None:
        with Budget(1, 1).of_one_comment() as limited:
            found.append(limited(longer, SUBJECT))

    def longer(_: Subject) -> tuple[Evidence, ...]:
        end = time.thread_time() + 0.01
        while time.thread_time() < end:
            pass
        return ()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert found == [()]
