"""Every scheme: the right secret passes, whichever of several; wrong, missing, expired and bent ones do not."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from services.ingest.signatures import SCHEMES, Unsigned

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
BODY = '{"headline": "آب به رودخانه برگشت"}'.encode() + b"\xff\x00 a picture is not text"
OLD, NEW = "old-secret-0123456789", "new-secret-0123456789"
Sign = Callable[[str, bytes, datetime], dict[str, str]]


def _mac(secret: str, body: bytes, method: str) -> str:
    return hmac.new(secret.encode(), body, method).hexdigest()


def _ghost(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    stamp = str(int(at.timestamp() * 1000))
    return {"x-ghost-signature": f"sha256={_mac(secret, body + stamp.encode(), 'sha256')}, t={stamp}"}


def _standard(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.digest(key, f"msg_1.{stamp}.".encode() + body, "sha256")).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1a,AAAA v1,{mac}"}


SIGN: dict[str, Sign] = {
    "bearer": lambda secret, _, __: {"authorization": f"Bearer {secret}"},
    "superdesk": lambda secret, body, _: {"x-superdesk-signature": f"sha1={_mac(secret, body, 'sha1')}"},
    "ghost": _ghost,
    "coral": lambda secret, body, _: {"x-coral-signature": f"sha256={'0' * 64},sha256={_mac(secret, body, 'sha256')}"},
    "websub": lambda secret, body, _: {"x-hub-signature": f"sha512={_mac(secret, body, 'sha512')}"},
    "standard-webhooks": _standard,
}
"""How a sender of each scheme signs; a new scheme must come with one."""

TIMED = ("ghost", "standard-webhooks")
BOUND = tuple(name for name in SCHEMES if name != "bearer")


def _secret(name: str, text: str) -> str:
    return "whsec_" + base64.b64encode(text.encode()).decode() if name == "standard-webhooks" else text


def test_every_scheme_is_covered() -> None:
    assert set(SIGN) == set(SCHEMES)


@pytest.mark.parametrize("name", SCHEMES)
def test_old_and_new_secrets_are_good_while_they_are_exchanged_and_no_third(name: str) -> None:
    old, new, third = (_secret(name, text) for text in (OLD, NEW, "third-secret-0123456789"))

    for secret in (old, new):
        SCHEMES[name](SIGN[name](secret, BODY, NOW), BODY, (new, old), NOW)

    with pytest.raises(Unsigned, match=r"fits no secret|none of this source's secrets"):
        SCHEMES[name](SIGN[name](third, BODY, NOW), BODY, (new, old), NOW)
    with pytest.raises(Unsigned):
        SCHEMES[name](SIGN[name](old, BODY, NOW), BODY, (new,), NOW)
    with pytest.raises(Unsigned):
        SCHEMES[name](SIGN[name](old, BODY, NOW), BODY, (), NOW)


@pytest.mark.parametrize("name", SCHEMES)
def test_a_missing_signature_names_the_header(name: str) -> None:
    with pytest.raises(Unsigned, match="is missing"):
        SCHEMES[name]({}, BODY, (_secret(name, OLD),), NOW)


@pytest.mark.parametrize("name", BOUND)
def test_a_signature_is_of_no_use_for_another_body(name: str) -> None:
    secret = _secret(name, OLD)

    with pytest.raises(Unsigned):
        SCHEMES[name](SIGN[name](secret, BODY, NOW), BODY + b" ", (secret,), NOW)


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_expires_after_five_minutes_and_is_not_good_before(name: str, seconds: int) -> None:
    secret = _secret(name, OLD)
    signed = SIGN[name](secret, BODY, NOW)

    SCHEMES[name](signed, BODY, (secret,), NOW + timedelta(seconds=299 * (seconds // 301)))

    with pytest.raises(Unsigned, match="five minutes"):
        SCHEMES[name](signed, BODY, (secret,), NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("name", SCHEMES)
@given(st.text(max_size=80))
def test_garbage_is_refused_and_never_breaks(name: str, garbage: str) -> None:
    secret = _secret(name, OLD)
    headers = dict.fromkeys(SIGN[name](secret, BODY, NOW), garbage)

    with pytest.raises(Unsigned) as refused:
        SCHEMES[name](headers, BODY, (secret,), NOW)

    assert secret not in str(refused.value)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_hub_chooses_its_method(method: str) -> None:
    SCHEMES["websub"]({"x-hub-signature": f"{method}={_mac(OLD, BODY, method)}"}, BODY, (OLD,), NOW)


def test_a_hub_does_not_choose_a_weak_one() -> None:
    with pytest.raises(Unsigned, match="must begin with"):
        SCHEMES["websub"]({"x-hub-signature": f"md5={_mac(OLD, BODY, 'md5')}"}, BODY, (OLD,), NOW)


def test_superdesks_own_vector_passes() -> None:
    """The request, secret and signature of the content_push feature in superdesk/web-publisher."""
    guid = "urn:newsml:localhost:2016-09-23T13:56:39.404843:56465de4-0d5c-495a-8e36-3b396def3cf0"
    place = {"country": "Australia", "world_region": "Oceania", "state": "Australian Capital Territory"}
    item = {
        "language": "en", "body_html": "<p>some html body</p>", "versioncreated": "2016-09-23T13:57:28+0000",
        "firstcreated": "2016-09-23T09:11:28+0000", "description_text": "some abstract text",
        "place": [{**place, "qcode": "ACT", "name": "ACT", "group": "Australia"}],
        "version": "2", "byline": "ADmin", "keywords": [], "guid": guid, "priority": 6,
        "subject": [{"name": "lawyer", "code": "02002001"}], "urgency": 3, "type": "text",
        "headline": "Abstract html test", "service": [{"name": "Australian General News", "code": "a"}],
        "description_html": "<p><b><u>some abstract text</u></b></p>", "located": "Sydney", "pubstatus": "usable",
    }  # fmt: skip
    body = json.dumps(item, indent=2, separators=(",", ":")).replace("[]", "[\n\n  ]").encode()
    signed = {"x-superdesk-signature": "sha1=04ed4c6f9227b55dead294034c08a7a30d3cbc99"}

    SCHEMES["superdesk"](signed, body, ("secret_token",), NOW)

    with pytest.raises(Unsigned):
        SCHEMES["superdesk"](signed, body.replace(b'"priority":6', b'"priority":7'), ("secret_token",), NOW)


STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_vector_of_standard_webhooks_passes() -> None:
    """The one in its Rust library's tests."""
    at = datetime.fromtimestamp(1614265330, UTC)

    SCHEMES["standard-webhooks"](STANDARD, b'{"test": 2432232314}', ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",), at)

    with pytest.raises(Unsigned):
        SCHEMES["standard-webhooks"](STANDARD, b'{"test": 1}', ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",), at)


@given(st.text(min_size=1, max_size=40).filter(str.isprintable), st.binary(min_size=16, max_size=32))
def test_what_the_library_of_standard_webhooks_signs_passes(body: str, secret: bytes) -> None:
    text = "whsec_" + base64.b64encode(secret).decode()
    signature = Webhook(text).sign("msg_1", NOW, body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(NOW.timestamp())), "webhook-signature": signature}

    SCHEMES["standard-webhooks"](headers, body.encode(), (text,), NOW)
