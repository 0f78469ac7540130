"""Twenty people and a batch on one server: each gets the right answer, nobody waits for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from crowd import (
    BOUND,
    LEAVING,
    PAGES,
    PLACES,
    PROGRAMS,
    RIVERS,
    ROWS,
    TALKS,
    ask_of,
    by_program,
    crowded,
    together,
)
from test_serve import until, waiting

pytestmark = pytest.mark.slow


def test_twenty_people_and_a_batch(tmp_path: Path) -> None:
    with crowded(tmp_path) as (address, session, llm):
        people, rows = together(address, session, tmp_path)
        # Nothing holds a place that it does not need: neither who was told nor who left, waiting or answered.
        until(lambda: waiting(address) == 0)
        # Who left the line was never put to the model; whoever comes now is answered at once.
        asked = "\n".join(message.content for messages in llm.asked for message in messages)
        assert not [who for who in LEAVING if ask_of(who) in asked]
        assert by_program(address, LEAVING[0]).before == 0

    assert [one.who for one in people] == [*PAGES, *PROGRAMS, *TALKS]
    assert [one.who for one in rows] == [*ROWS]
    for one in (*people, *rows):
        assert PLACES[one.who] in one.words
        strangers = [other for other in range(len(RIVERS)) if other != one.who]
        assert not [RIVERS[other] for other in strangers if RIVERS[other] in one.words]
        assert not [PLACES[other] for other in strangers if PLACES[other] in one.words]
        assert one.before <= BOUND
    assert max(one.before for one in people) > 1
