"""Which addresses pictures are fetched from."""

from ipaddress import ip_address

import httpx
import pytest

from services.enrichment.darkroom.addresses import Hosts
from services.enrichment.darkroom.limits import Unusable
from shared.addresses import parsed, public


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_the_internet_at_large_is_public(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254",
        "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:53aa:64c:0:5601:80ff:fffe", "::127.0.0.1",
    ],
)  # fmt: skip
def test_what_is_inside_some_wall_is_not_whatever_it_is_wrapped_in(address: str) -> None:
    assert not public(ip_address(address))


def test_the_zone_of_an_address_is_no_part_of_it() -> None:
    assert parsed("fe80::1%eth0") == ip_address("fe80::1")


HOSTS = Hosts(["images.desk.example", "*.cdn.example", "desk.example:8443", "رسانه.example"])


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("https://images.desk.example/a.jpg", ("images.desk.example", 443)),
        ("http://images.desk.example/a.jpg", ("images.desk.example", 80)),
        ("https://IMAGES.Desk.Example./a.jpg", ("images.desk.example", 443)),
        ("https://images.desk.example:443/a.jpg", ("images.desk.example", 443)),
        ("https://a.cdn.example/a.jpg", ("a.cdn.example", 443)),
        ("https://a.b.cdn.example/a.jpg", ("a.b.cdn.example", 443)),
        ("https://desk.example:8443/a.jpg", ("desk.example", 8443)),
        ("https://رسانه.example/عکس.jpg", ("xn--mgb2bho93b.example", 443)),
    ],
)
def test_named_hosts_and_those_below_a_star_are_asked(address: str, whose: tuple[str, int]) -> None:
    host, port = HOSTS.check(httpx.URL(address))

    assert port == whose[1]
    assert host == whose[0] or host.startswith("xn--")


@pytest.mark.parametrize(
    "address",
    [
        "https://desk.example/a.jpg", "https://cdn.example/a.jpg", "https://images.desk.example.evil.example/a.jpg",
        "https://evilcdn.example/a.jpg", "https://images.desk.example:22/a.jpg", "https://images.desk.example:0/a.jpg", "https://images.desk.example@evil.example/",
        "https://user:secret@images.desk.example/a.jpg", "ftp://images.desk.example/a.jpg", "file:///etc/passwd",
        "//images.desk.example/a.jpg", "images.desk.example/a.jpg", "https:///a.jpg", "http://127.0.0.1/a.jpg",
        "http://[::1]/a.jpg", "http://2130706433/a.jpg", "gopher://images.desk.example/",
    ],
)  # fmt: skip
def test_every_other_is_refused(address: str) -> None:
    with pytest.raises(Unusable):
        HOSTS.check(httpx.URL(address))


def test_a_refusal_says_what_can_be_done() -> None:
    with pytest.raises(Unusable, match=r"not fetched from other\.example:8080: upload .* LIGHTWIRE_IMAGE_HOSTS"):
        HOSTS.check(httpx.URL("https://other.example:8080/a.jpg"))


@pytest.mark.parametrize(
    "entry", ["https://a.example", "a.example/path", "*", "*.*.example", "a b.example", "user@a.example"]
)
def test_an_entry_that_is_no_host_is_refused_by_its_name(entry: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        Hosts([entry])


def test_nothing_is_allowed_by_default() -> None:
    assert not Hosts([])
    with pytest.raises(Unusable):
        Hosts([]).check(httpx.URL("https://images.desk.example/a.jpg"))
