"""The proposal of a selection: priorities, quotas, and a reason for every place."""

import random
from typing import Any

import pytest

from courses.applications.quotas import Quotas, least_of, quotas_of
from courses.applications.ranking import Candidate, Place, Proposal, Verdict, WhyCode, propose
from courses.errors import Refusal
from courses.people.models import Gender

WOMAN, MAN = Gender.WOMAN, Gender.MAN


def one(key: str, **facts: Any) -> Candidate:
    return Candidate(**({"key": key, "beneficiary": key, "region": key, "languages": ("en",)} | facts))


def seats(proposal: Proposal) -> tuple[str, ...]:
    return proposal.keys(Verdict.SEAT)


def place(proposal: Proposal, key: str) -> Place:
    return next(place for place in proposal.places if place.key == key)


def codes(proposal: Proposal, key: str) -> list[str]:
    return [why.code.value for why in place(proposal, key).why]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"is_ldc": True}, {"has_mission": False}, "ldc"),
        ({"has_mission": False}, {}, "no_mission"),
        ({"languages": ("en",)}, {"languages": ()}, "language"),
        ({"endorsement_rank": 1}, {"endorsement_rank": 2}, "ranked"),
        ({"endorsement_rank": 2}, {}, "ranked"),
        ({"experience": 3}, {"experience": 1}, "experience"),
    ],
)
def test_each_priority_puts_one_before_the_other_and_says_so(
    first: dict[str, Any], second: dict[str, Any], why: str
) -> None:
    proposal = propose([one("a", **second), one("z", **first)], 1)
    assert seats(proposal) == ("z",)
    assert why in codes(proposal, "z")
    assert codes(proposal, "a")[0] == "no_seat_left"


def test_where_an_activity_names_no_language_none_is_a_reason() -> None:
    proposal = propose([one("a", languages=None), one("b", languages=None)], 1)
    assert seats(proposal) == ("a",)
    assert not {"language", "no_language"} & set(codes(proposal, "a") + codes(proposal, "b"))


def test_another_beneficiary_comes_before_a_second_person_of_one() -> None:
    people = [one("a", beneficiary="SN", is_ldc=True), one("b", beneficiary="SN", is_ldc=True), one("c")]
    proposal = propose(people, 2)
    assert seats(proposal) == ("a", "c")
    assert codes(proposal, "b")[1] == "further_of_beneficiary"


def test_regions_take_turns() -> None:
    people = [one(key, region=region) for key, region in (("a", "x"), ("b", "x"), ("c", "x"), ("d", "y"), ("e", "z"))]
    assert seats(propose(people, 3)) == ("a", "d", "e")


def test_women_and_men_are_balanced_and_the_reason_is_given() -> None:
    people = [one(key, gender=MAN, region="x") for key in "abc"] + [one("y", gender=WOMAN, region="x")]
    proposal = propose(people, 2)
    assert seats(proposal) == ("a", "y")
    assert dict(place(proposal, "y").why[2].parameters) == {"whom": "women"}


def test_nobody_beyond_at_most_gets_a_seat_though_seats_stay_free() -> None:
    people = [one(key, beneficiary="SN", region="africa") for key in "abc"]
    proposal = propose(people, 3, Quotas(at_most_per_beneficiary=2))
    assert seats(proposal) == ("a", "b")
    assert place(proposal, "c").verdict == Verdict.LEFT_OUT
    assert place(proposal, "c").why[0].code == WhyCode.BENEFICIARY_FULL
    assert dict(place(proposal, "c").why[0].parameters) == {"beneficiary": "SN", "most": "2"}
    by_region = propose(people, 3, Quotas(at_most_per_region=1))
    assert [by_region.keys(verdict) for verdict in Verdict] == [("a",), (), ("b", "c")]
    assert codes(by_region, "b")[0] == "region_full"


def test_who_is_seated_already_counts_for_every_quota() -> None:
    seated = [one("s", beneficiary="SN", gender=MAN)]
    proposal = propose([one("a", beneficiary="SN"), one("b")], 2, Quotas(at_most_per_beneficiary=1), seated)
    assert seats(proposal) == ("b",)


def test_seats_are_kept_for_the_least_share_of_ldcs_even_where_other_priorities_speak_against() -> None:
    people = [one(f"a{n}") for n in range(4)] + [one(f"z{n}", beneficiary="SN", is_ldc=True) for n in range(2)]
    proposal = propose(people, 2, Quotas(ldc_share=1.0))
    assert seats(proposal) == ("z0", "z1")
    assert codes(proposal, "z1")[-1] == "kept_for"


def test_seats_are_kept_for_women_and_for_men_alike() -> None:
    people = [one(f"a{n}", gender=MAN, is_ldc=True) for n in range(4)] + [one("z", gender=WOMAN)]
    proposal = propose(people, 2, Quotas(women_share=0.5))
    assert set(seats(proposal)) == {"a0", "z"}
    assert propose(people, 4, Quotas(women_share=0.5)).missed[0].parameters == (
        ("whom", "women"), ("count", "1"), ("least", "2"),
    )  # fmt: skip


def test_one_person_can_fill_two_least_shares() -> None:
    people = [one("a", is_ldc=True, gender=MAN), one("b", gender=WOMAN), one("c", is_ldc=True, gender=WOMAN)]
    both = propose(people, 2, Quotas(ldc_share=1.0, women_share=0.5))
    assert set(seats(both)) == {"a", "c"}
    assert not both.missed


def test_an_at_most_leaves_room_for_the_only_ones_who_fill_a_least_share() -> None:
    people = [
        one("a", beneficiary="SN", gender=MAN, is_ldc=True, experience=3), one("b", gender=MAN),
        one("c", beneficiary="SN", gender=WOMAN, is_ldc=True),
    ]  # fmt: skip
    proposal = propose(people, 2, Quotas(at_most_per_beneficiary=1, women_share=0.5))
    assert seats(proposal) == ("c", "b")
    assert not proposal.missed
    assert codes(proposal, "c")[-1] == "kept_for"
    assert codes(proposal, "a")[0] == "beneficiary_full"


def test_of_an_odd_number_of_seats_half_is_as_many_as_there_can_be_of_both() -> None:
    people = [one(f"{gender}{n}", gender=gender) for gender in (WOMAN, MAN) for n in range(5)]
    proposal = propose(people, 5, Quotas(women_share=0.5))
    assert len(seats(proposal)) == 5
    assert not proposal.missed


def test_the_waiting_list_goes_on_in_the_same_order_and_is_numbered_without_holes() -> None:
    proposal = propose([one(str(n), experience=n) for n in range(6)], 2)
    assert seats(proposal) == ("5", "4")
    assert proposal.keys(Verdict.WAIT) == ("3", "2", "1", "0")
    assert [p.number for p in proposal.places] == [1, 2, 1, 2, 3, 4]


def test_without_a_limit_everybody_within_the_quotas_gets_in() -> None:
    people = [one(key, beneficiary="SN") for key in "abc"]
    assert seats(propose(people, None)) == ("a", "b", "c")
    assert seats(propose(people, None, Quotas(at_most_per_beneficiary=2))) == ("a", "b")


def crowd(chance: random.Random) -> list[Candidate]:
    return [
        Candidate(
            key=f"{number:03}", beneficiary=chance.choice("ABCDEF"), region=chance.choice("xyz"),
            is_ldc=chance.random() < 0.3, has_mission=chance.random() < 0.8, gender=chance.choice([WOMAN, MAN, None]),
            languages=chance.choice([("en",), ()]), endorsement_rank=chance.choice([None, 1, 2, 3]),
            experience=chance.randrange(4),
        )
        for number in range(chance.randrange(1, 25))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_every_proposal_keeps_to_its_quotas_says_why_and_is_the_same_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    people, free = crowd(chance), chance.randrange(1, 12)
    quotas = Quotas(at_most_per_beneficiary=chance.choice([None, 2]), ldc_share=0.3, women_share=0.4)
    proposal = propose(people, free, quotas)
    chosen = [next(one for one in people if one.key == key) for key in seats(proposal)]
    assert sorted(place.key for place in proposal.places) == [one.key for one in people]
    assert all(place.why for place in proposal.places)
    assert len(chosen) <= free
    for code in "ABCDEF":
        assert quotas.at_most_per_beneficiary is None or sum(one.beneficiary == code for one in chosen) <= 2
    if quotas.at_most_per_beneficiary is None:
        assert len(chosen) == min(free, len(people))
        ldcs = sum(one.is_ldc for one in chosen)
        assert ldcs >= min(least_of(0.3, free), sum(one.is_ldc for one in people))
    shuffled = chance.sample(people, len(people))
    assert propose(shuffled, free, quotas) == proposal


@pytest.mark.parametrize(
    ("share", "of", "least"), [(None, 9, 0), (0.5, 9, 5), (2 / 3, 9, 6), (0.1, 30, 3), (1.0, 4, 4)]
)
def test_a_least_share_is_rounded_up(share: float | None, of: int, least: int) -> None:
    assert least_of(share, of) == least


def test_quotas_go_into_plain_values_and_back() -> None:
    quotas = Quotas(at_most_per_beneficiary=2, ldc_share=0.4)
    assert quotas.as_document() == {"at_most_per_beneficiary": 2, "ldc_share": 0.4}
    assert quotas_of(quotas.as_document() | {"of_another_release": 1}) == quotas
    assert quotas_of({}) == Quotas()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"at_most_per_beneficiary": 0}, "quota_too_small"),
        ({"at_most_per_region": -1}, "quota_too_small"),
        ({"ldc_share": 1.1}, "share_out_of_range"),
        ({"women_share": 0.6}, "balance_out_of_range"),
    ],
)
def test_quotas_that_cannot_be_kept_are_refused(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        Quotas(**facts)
    assert refused.value.code == code
