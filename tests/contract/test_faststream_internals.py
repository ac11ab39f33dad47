"""What we override in FastStream is private there; these fail first when it moves."""

import inspect

from faststream._internal.endpoint.subscriber import SubscriberUsecase
from faststream.redis.subscriber.usecases import StreamBatchSubscriber

from shared.stage import PendingListSubscriber


def test_the_methods_we_override_still_exist_where_we_expect_them() -> None:
    for name in ("start", "stop", "process_message", "add_task", "_post_start"):
        assert callable(getattr(StreamBatchSubscriber, name)), name

    assert inspect.iscoroutinefunction(StreamBatchSubscriber.process_message)
    assert list(inspect.signature(SubscriberUsecase.start).parameters) == ["self"]


def test_our_subscriber_can_take_the_place_of_theirs() -> None:
    assert PendingListSubscriber.__bases__ == (StreamBatchSubscriber,)
    assert PendingListSubscriber.__basicsize__ == StreamBatchSubscriber.__basicsize__
