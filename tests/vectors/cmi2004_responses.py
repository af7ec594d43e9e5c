"""Responses and patterns of SCORM 2004 by the interaction's type: what is legal, and what is not (RTE 4.2.9)."""

from dataclasses import dataclass

from tests.vectors.cmi12_rows import MIB, Text, repeat

ANY = ("", "x", "a b", "[,]", "[.]", "{}{[]}{}", "{order_matters=maybe}x", repeat(4000), repeat(MIB))
IDENTIFIERS_36 = "[,]".join(f"id{number}" for number in range(36))
PAIRS_36 = "[,]".join(f"s{number}[.]t{number}" for number in range(36))
STEPS_125 = "[,]".join(f"s{number}[.]answer {number}" for number in range(125))


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """What one kind of value takes: `accepted`, `refused` with 406 in the strict profile; `read_as` as in `Row`.

    The lenient profile keeps whatever is refused here.
    """

    accepted: tuple[Text, ...]
    refused: tuple[Text, ...] = ()
    read_as: tuple[tuple[str, str], ...] = ()


TRUTH = Grammar(accepted=("true", "false"), refused=("", "True", "t", "1", "true-false", "true "))
CHOICE = Grammar(
    accepted=("", "a", "a[,]b", "b[,]a[,]c", "urn:x:y[,]z", "uri.uri.uri.abcd[,]testuri", "1,2", IDENTIFIERS_36),
    refused=(
        "[,]", "a[,]", "[,]a", "a[,][,]b", "a[,]a", "a b", "a[,] b", "{}{[]}{}", "a[.]b", "{lang=en}a", "urn:",
        "{order_matters=true}a",
    ),
)  # fmt: skip
FILL_IN = Grammar(
    accepted=(
        "", " ", "x", "[,]", "a[,]a", "{lang=fr}un[,]deux", "{lang=en}", "a[,]{lang=de-CH}b", "{}{[]}{}", "a[.]b",
        "{case_matters=maybe}x", "{order_matters=maybe}x", "{lang=en}{lang=}x", "{lang=en",
    ),
    refused=("{lang=}x", "{lang=sp}x", "a[,]{lang=frl}b", "{lang=e n}"),
)  # fmt: skip
FILL_IN_PATTERN = Grammar(
    accepted=(
        "", "x", "[,]", "{case_matters=true}x", "{order_matters=false}x[,]y", "{order_matters=true}{case_matters=true}",
        "{case_matters=false}{order_matters=true}{lang=fr}un[,]{lang=en}one", "{lang=en}{case_matters=invalid}x",
        "{case_matters=true}{case_matters=invalid}x", "x[,]{case_matters=invalid}y", "{foo=bar}x",
        "{ case_matters=x}", "{case_matters}x", "{case_matters=true",
    ),
    refused=(
        "{case_matters=invalid}x", "{order_matters=}x", "{order_matters=TRUE}x", "{order_matters=true}{lang=}x",
        "{case_matters=true}{order_matters=no}x", "x[,]{lang=zz}y",
    ),
)  # fmt: skip
LONG_FILL_IN = Grammar(
    accepted=("", " ", "x", "a[,]b", "{lang=fr}x", "{lang=en}{lang=}x", "{case_matters=maybe}x", repeat(4000)),
    refused=("{lang=}x", "{lang=frl}x"),
    read_as=(("{lang=en}", ""),),
)
LONG_FILL_IN_PATTERN = Grammar(
    accepted=(
        "", "x", "a[,]{lang=}b", "{case_matters=true}x", "{lang=fr}{case_matters=false}x", "{order_matters=maybe}x",
        "{case_matters=true}{lang=en-US}x", "{lang=fr}{lang=}x", repeat(4000),
    ),
    refused=("{case_matters=maybe}x", "{lang=zz}x", "{lang=fr}{case_matters=invalid}x", "{case_matters=true}{lang=}x"),
    read_as=(("{lang=en}", ""),),
)  # fmt: skip
MATCHING = Grammar(
    accepted=("", "a[.]b", "a[.]b[,]c[.]d", "a[.]b[,]a[.]b", "urn:x:y[.]z", PAIRS_36),
    refused=(
        "a", "a[.]", "[.]b", "[.]", "a[.]b[.]c", "[,]a[.]b", "a[.]b[,]", "a[.]b[,]c", "a b[.]c", "a.b", "{}[.]x",
    ),
)  # fmt: skip
PERFORMANCE = Grammar(
    accepted=("a[.]b", "[.]b", "a[.]", "a[.]some words", "a[.]1.5", "a[.]{lang=}", "a[.]b[,]a[.]b", STEPS_125),
    refused=("a", "[.]", "a[.]b[.]c", "[,]a[.]b", "a[.]b[,]", "a[.]b[,]c", "a b[.]c", "{order_matters=true}a[.]b"),
)
PERFORMANCE_PATTERN = Grammar(
    accepted=(
        "a[.]b", "[.]b", "a[.]", "a[.]1[:]2", "a[.][:]2", "a[.]some words", "{order_matters=true}a[.]b[,]c[.]d",
        "{order_matters=false}a[.]b", STEPS_125,
    ),
    refused=(
        "", "{order_matters=true}", "{order_matters=maybe}a[.]b", "a[.]2[:]1", "a[.]x[:]y", "a", "[.]", "a[.]b[.]c",
        "a[.]b[,][,]c[.]d", "{case_matters=true}a[.]b", "{order_matters=true}{order_matters=true}a[.]b",
    ),
)  # fmt: skip
SEQUENCING = Grammar(
    accepted=("a", "a[,]b", "a[,]a[,]b", IDENTIFIERS_36),
    refused=("[,]", "a[,]", "[,]a", "a b", "a[.]b", "{}{[]}{}"),
)
LIKERT = Grammar(accepted=("a", "urn:x:y", "3"), refused=("", "a b", "a[,]b", "{}", "a[.]b"))
NUMERIC = Grammar(
    accepted=("0", "-0.23100", "410", "3.5"), refused=("", "4000.003a", "3.1.4", "1[:]2", "100,000.00", "x", " 1")
)
NUMERIC_PATTERN = Grammar(
    accepted=("3[:]10", "-1000.333[:]-1.00", "4[:]4", "[:]4", "4[:]", "[:]", "-0.5[:]90000"),
    refused=("4", "300[:]1.5", "30[:]-4500", "1[:]2[:]3", "a[:]b", "", "1 [:]2", "invalid"),
)
OTHER = Grammar(accepted=ANY)

RESPONSES = {
    "true-false": TRUTH, "choice": CHOICE, "fill-in": FILL_IN, "long-fill-in": LONG_FILL_IN, "matching": MATCHING,
    "performance": PERFORMANCE, "sequencing": SEQUENCING, "likert": LIKERT, "numeric": NUMERIC, "other": OTHER,
}  # fmt: skip

PATTERNS = {
    **RESPONSES,
    "fill-in": FILL_IN_PATTERN,
    "long-fill-in": LONG_FILL_IN_PATTERN,
    "matching": Grammar(accepted=MATCHING.accepted[1:], refused=("", *MATCHING.refused)),
    "performance": PERFORMANCE_PATTERN,
    "numeric": NUMERIC_PATTERN,
}
