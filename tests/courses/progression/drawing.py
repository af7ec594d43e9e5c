"""Requirements and catalogues drawn at random, for what must hold of every one of them."""

from hypothesis import strategies as st

from courses.progression.record import Category
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import parse_step
from courses.progression.terms import Terms

CODES = ("C0", "C1", "C2", "C3")
STEPS = tuple(parse_step(text) for text in ("1", "2·generalist", "2·specialist·sps", "3·generalist"))
LEAVES = st.one_of(
    st.builds(CoursePassed, st.sampled_from(CODES), st.sampled_from([None, 0.7]), st.sampled_from([None, 12])),
    st.builds(StepHeld, st.sampled_from(STEPS)),
    st.just(Nominated()),
    st.just(Verified()),
    st.just(CategoryIs(frozenset({Category.ACADEMIC}))),
    st.just(Speaks(frozenset({"es", "en"}))),
)


def requirements(with_not: bool = True) -> st.SearchStrategy[Requirement]:
    def groups(inner: st.SearchStrategy[Requirement]) -> st.SearchStrategy[Requirement]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        kinds = [st.builds(AllOf, several), st.builds(AnyOf, several), st.builds(AtLeast, st.integers(1, 2), several)]
        return st.one_of(*kinds, st.builds(Not, inner)) if with_not else st.one_of(*kinds)

    return st.recursive(LEAVES, groups, max_leaves=4)


@st.composite
def catalogues(draw: st.DrawFn, with_not: bool = True) -> list[Terms]:
    asked = st.none() | requirements(with_not)
    return [
        Terms(
            code=code,
            level=draw(st.sampled_from([None, 1, 2, 3])),
            confers=tuple(draw(st.lists(st.sampled_from(STEPS), max_size=2, unique=True))),
            requirement=draw(asked),
            replaces_rule=draw(st.booleans()),
            hours=draw(st.sampled_from([None, 10.0, 25.0])),
            categories=draw(st.sampled_from([frozenset(), frozenset({Category.ACADEMIC})])),
        )
        for code in CODES[: draw(st.integers(1, 4))]
    ]
