"""Messages go to the public internet, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import httpcore
import pytest

from service.errors import Invalid
from service.subscriptions.addresses import Address, Checking, Refused, checked_url, public, public_or_loopback, resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_inside_of_a_house_is_not_public(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "200.147.3.157", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://loja.example/x", "ftp://loja.example/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/",
        "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://ana:senha@loja.example/", "https://",
        "https://10.0.0.8:8443/x", "https://loja.example/a b", "nothing", "https://loja.example\\@127.0.0.1/",
        "https://a.localhost/", "https://[::ffff:10.0.0.1]/",
    ],
)  # fmt: skip
def test_a_url_that_nothing_may_be_sent_to_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_url(url, public)
    assert refused.value.code == "subscription.url"


def test_for_development_this_machine_may_be_told_over_http_and_no_other() -> None:
    assert checked_url("http://127.0.0.1:8080/hook", public_or_loopback) == "http://127.0.0.1:8080/hook"
    for url in ("http://loja.example/", "https://10.0.0.1/"):
        with pytest.raises(Invalid):
            checked_url(url, public_or_loopback)
    assert checked_url("https://loja.example/hook", public) == "https://loja.example/hook"


async def test_a_name_is_judged_by_where_it_leads_when_it_is_connected_to() -> None:
    """It was public when the subscription was made; now one of its addresses is the machine's own."""

    async def rebound(host: str, port: int) -> Sequence[Address]:
        return [ip_address("1.1.1.1"), ip_address("127.0.0.1")]

    with pytest.raises(Refused, match=r"127\.0\.0\.1"):
        await Checking(public, rebound).connect_tcp("loja.example", 443)

    async def nowhere(host: str, port: int) -> Sequence[Address]:
        return []

    with pytest.raises(httpcore.ConnectError):
        await Checking(public, nowhere).connect_tcp("loja.example", 443)


async def test_addresses_written_as_hosts_are_taken_as_what_they_are() -> None:
    for host in ("localhost", "127.0.0.1", "127.1", "0x7f.1"):
        assert await resolve(host, 80) == [ip_address("127.0.0.1")]
