"""Rounds: each comes when it is due, and one that fails keeps no other back."""

from lms.rounds import LONGEST_PAUSE_S, Round


def test_work_comes_again_when_it_is_due() -> None:
    done: list[int] = []
    once_a_minute = Round("one", lambda: done.append(1), 60)
    for moment in range(121):
        once_a_minute.run_when_due(moment)
    assert len(done) == 3


def test_work_that_fails_is_tried_again_ever_later_and_then_as_usual() -> None:
    tried: list[int] = []
    is_broken = True

    def work() -> None:
        tried.append(moment)
        if is_broken:
            raise ValueError

    round_ = Round("one", work)
    for moment in range(100):
        round_.run_when_due(moment)
    assert tried[:5] == [0, 1, 3, 7, 15]
    assert tried[-1] - tried[-2] == LONGEST_PAUSE_S
    is_broken = False
    for moment in range(130, 135):
        round_.run_when_due(moment)
    assert tried[-5:] == [130, 131, 132, 133, 134]
