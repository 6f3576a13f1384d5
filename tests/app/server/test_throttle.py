"""Guessing passwords at the real server, from one address, from many, and by way of proxies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.devices import cookie_name
from app.server.login import COOKIE
from app.server.people import set_password
from app.server.throttle import Attempt, Attempts, Throttle, network_of
from app.settings import Settings
from tests.serving import Site, site

PASSWORD = "correct horse"
WRONG, TOO_MANY = 401, 429


@contextmanager
def served(folder: Path, proxies: str = "") -> Iterator[Site]:
    users = folder / "users"
    for name in ("anna", "ben"):
        set_password(users, name, PASSWORD)
    settings = Settings(data_dir=folder, users_file=users, trusted_proxies=proxies)
    with site(settings) as running:
        yield running


def log_in(
    url: str,
    password: str,
    *,
    name: str = "anna",
    from_address: str | None = None,
    cookies: dict[str, str] | None = None,
    **headers: str,
) -> httpx.Response:
    transport = httpx.HTTPTransport(local_address=from_address, verify=False)
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    with httpx.Client(transport=transport, cookies=cookies, timeout=60) as client:
        form = {"username": name, "password": password}
        return client.post(f"{url}/login", data=form, headers=sent)


def guess(tries: int, one: Callable[[int], httpx.Response]) -> Counter[int]:
    """How a hundred guesses end, ten at once."""
    with ThreadPoolExecutor(10) as pool:
        return Counter(answer.status_code for answer in pool.map(one, range(tries)))


def assert_few(said: Counter[int]) -> None:
    """Five at once, on a slow machine some more after a while; never more than a name has."""
    assert set(said) == {WRONG, TOO_MANY}
    assert 5 <= said[WRONG] <= 10


def test_a_made_up_address_of_the_visitor_changes_nothing(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        said = guess(
            100,
            lambda n: log_in(
                running.url,
                f"wrong {n}",
                x_forwarded_for=f"203.0.113.{n}",
                forwarded=f"for=203.0.113.{n}",
                x_real_ip=f"203.0.113.{n}",
            ),
        )
    assert_few(said)


def test_nor_behind_a_proxy_that_appends_to_it(tmp_path: Path) -> None:
    with served(tmp_path, proxies="127.0.0.1, 10.0.0.0/8") as running:
        said = guess(
            100,
            lambda n: log_in(
                running.url, f"wrong {n}", x_forwarded_for=f"203.0.113.{n}, 198.51.100.7, 10.1.2.3"
            ),
        )
        assert_few(said)
        # Another visitor of the same proxy is another address.
        other = log_in(running.url, "wrong", name="ben", x_forwarded_for="198.51.100.8")
        assert other.status_code == WRONG


def test_names_of_one_address_count_together(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        said = guess(30, lambda n: log_in(running.url, "wrong", name=f"name{n}"))
    assert said == {WRONG: 10, TOO_MANY: 20}


def test_one_name_counts_over_all_addresses(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        owner = log_in(running.url, PASSWORD).cookies
        said = guess(
            100, lambda n: log_in(running.url, f"wrong {n}", from_address=f"127.0.0.{n + 2}")
        )
        assert said == {WRONG: 10, TOO_MANY: 90}
        # A browser that is new to the name has to wait, even with the right password.
        assert log_in(running.url, PASSWORD, from_address="127.0.0.200").status_code == TOO_MANY
        # The owner's does not, and has tries of its own.
        device = {cookie_name("anna"): owner[cookie_name("anna")]}
        assert COOKIE in log_in(running.url, PASSWORD, cookies=device).cookies
        mine = guess(20, lambda n: log_in(running.url, f"wrong {n}", cookies=device))
        assert_few(mine)
        # And others are not slowed down.
        other = log_in(running.url, PASSWORD, name="ben", from_address="127.0.0.201")
        assert COOKIE in other.cookies


def test_nobody_makes_a_device_cookie_up_or_uses_anothers(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        bens = log_in(running.url, PASSWORD, name="ben", from_address="127.0.0.9").cookies
        own = bens[cookie_name("ben")]
        number, signature = own.split(".")
        forged = (own, "", f"{'0' * 32}.{signature}", f"{number}.{'0' * 64}", f'"{own}"')
        said = guess(
            50,
            lambda n: log_in(
                running.url,
                f"wrong {n}",
                cookies={cookie_name("anna"): forged[n % len(forged)]},
            ),
        )
    assert_few(said)


def test_addresses_of_one_ipv6_network_count_together(tmp_path: Path) -> None:
    with served(tmp_path, proxies="127.0.0.1") as running:

        def one(n: int, network: str = "2001:db8:0:1") -> httpx.Response:
            address = f"[{network}::{n + 1:x}]:{4000 + n}"
            return log_in(running.url, "wrong", name=f"name{n}", x_forwarded_for=address)

        assert guess(30, one) == {WRONG: 10, TOO_MANY: 20}
        assert one(99, "2001:db8:0:2").status_code == WRONG


def test_guesses_over_ipv6_itself(tmp_path: Path) -> None:
    users = tmp_path / "users"
    set_password(users, "anna", PASSWORD)
    settings = Settings(data_dir=tmp_path, users_file=users, host="::1")
    with site(settings) as running:
        url = running.url.replace("127.0.0.1", "[::1]")
        said = guess(20, lambda n: log_in(url, f"wrong {n}", x_forwarded_for=f"2001:db8:{n}::1"))
    assert_few(said)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_what_counts_as_one_place(address: str, place: str) -> None:
    assert network_of(address) == place


def test_a_success_is_not_counted() -> None:
    now = 0.0
    attempts = Attempts(clock=lambda: now)
    for _ in range(50):
        for device in ("", "d"):
            attempt = Attempt("anna", "203.0.113.7", device)
            assert attempts.wait_s(attempt) == 0
            attempts.begin(attempt)
            attempts.succeed(attempt)


def test_a_throttle_opens_again() -> None:
    now = 0.0
    throttle = Throttle(allowed=2, window_s=30, clock=lambda: now)
    assert throttle.wait_s("a") == 0
    throttle.failed("a")
    now = 10
    throttle.failed("a")
    assert throttle.wait_s("a") == 20
    assert throttle.wait_s("b") == 0
    throttle.forgive("a")
    assert throttle.wait_s("a") == 0
    throttle.failed("a")
    now = 30.5
    assert throttle.wait_s("a") == 0


def test_a_throttle_forgets_who_is_long_gone() -> None:
    now = 0.0
    throttle = Throttle(allowed=2, window_s=30, clock=lambda: now)
    for number in range(100_000):
        now = number * 0.1  # 300 keys are in the window at any time
        throttle.failed(str(number))
    assert len(throttle._failures) <= 1001


@given(st.lists(st.floats(0, 20), max_size=60), st.integers(1, 6))
def test_no_window_sees_more_tries_than_allowed(pauses: list[float], allowed: int) -> None:
    now = 0.0
    throttle = Throttle(allowed, window_s=30, clock=lambda: now)
    tried: list[float] = []
    for pause in pauses:
        now += pause
        if throttle.wait_s("a") == 0:
            tried.append(now)
            throttle.failed("a")
    for start in tried:
        assert sum(start <= moment < start + 30 for moment in tried) <= allowed
