from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.workflow.errors import BadDecision
from app.workflow.exchange.moments import parse_moment


def test_nothing_means_now() -> None:
    assert parse_moment("") is parse_moment("  ") is None


def test_a_zone_counts() -> None:
    moment = parse_moment("2026-01-31T12:00:00+02:00")
    assert moment == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert parse_moment("2026-01-31 10:00Z") == moment


def test_without_a_zone_it_is_the_time_here() -> None:
    assert parse_moment("2026-01-31T12:00") == datetime(2026, 1, 31, 12).astimezone()


def test_a_day_means_its_end() -> None:
    moment = parse_moment("2026-01-31")
    midnight = datetime(2026, 2, 1).astimezone()
    assert moment is not None
    assert midnight - timedelta(seconds=1) < moment < midnight


@pytest.mark.parametrize("text", ["yesterday", "31.1.2026", "2026-13-01", "25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(BadDecision, match="no moment"):
        parse_moment(text)
