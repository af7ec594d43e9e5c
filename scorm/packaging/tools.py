"""Which authoring tool made a package: by the files that it leaves, by what its pages and its manifest say."""

import re
from collections.abc import Iterable

_TRACES = (
    ("Articulate Rise", re.compile(r"scormcontent/(lib/.*|index\.html|runtime-data\.js)")),
    ("Articulate Storyline", re.compile(r"story(_html5|_flash|_unsupported)?\.html|story_content/.*")),
    ("Adobe Captivate", re.compile(r"assets/js/cpm\.js|(.*/)?cpprojinit\.js|(.*/)?[^/]*captivate[^/]*\.(css|js)")),
    ("iSpring", re.compile(r"(.*/)?res/(ispring.*|lms\.js|player\.js|browsersupport\.js)|data/player\.js")),
    ("Lectora", re.compile(r"(.*/)?trivantis[^/]*\.(js|css)|a001index\.html")),
    ("Adapt", re.compile(r"adapt/(css|js)/.*")),
    ("Construct", re.compile(r"(.*/)?(c3runtime|c3main|c2runtime)\.js|scripts/c3runtime\.js")),
    ("3DVista", re.compile(r"(.*/)?tdvplayer[^/]*\.js|(.*/)?tdvr?player.*")),
    ("Easygenerator", re.compile(r"includedmodules/.*")),
    ("eXeLearning", re.compile(r"contentv[23]\.xml|content\.data|(libs/|theme/)?exe_[^/]*\.js")),
    ("Xerte", re.compile(r"rloobject\.(htm|php)|template\.(xwd|xwf)|xerte.*")),
    ("SCENARI", re.compile(r"(.*/)?skin/.*scenari.*|(.*/)?sc(en)?(services?|ormmgr)\.js|.*/(scpa|lib-sc|lib-md)/.*")),
    ("H5P", re.compile(r"(.*/)?h5p\.json|(.*/)?h5p-core.*|h5p/.*")),
)
# A driver or a wrapper is what many tools put in; it tells least.
_DRIVERS = (("Rustici driver", re.compile(r"(.*/)?scormdriver(\.js|/.*)")),)
_NAMES = (
    "Articulate Rise", "Articulate Storyline", "Articulate Presenter", "Articulate Quizmaker", "Articulate Engage",
    "Adobe Captivate", "Adobe Presenter", "iSpring", "Lectora", "Adapt Learning", "Construct", "3DVista",
    "Easygenerator", "eXeLearning", "Xerte", "SCENARI", "H5P", "ActivePresenter", "Camtasia", "CourseLab", "Elucidat",
    "Gomo", "Evolve", "dominKnow", "Genially", "Hot Potatoes", "Moodle", "RELOAD", "Opale", "SoftChalk", "Udutu",
    "uPerform", "Raptivity", "Canva", "Trivantis", "Palier",
)  # fmt: skip
_SPOKEN = re.compile(r"(?<!\w)(" + "|".join(re.escape(name) for name in _NAMES) + r")", re.IGNORECASE)
_CANONICAL = {name.casefold(): name for name in _NAMES} | {
    "trivantis": "Lectora", "opale": "SCENARI", "adapt learning": "Adapt",
}  # fmt: skip
_MADE = re.compile(
    r"\b(?:made|created|generated|produced|exported|published|authored|built)\b|généré|créé", re.IGNORECASE
)
_HEAD = 64 * 1024  # of a manifest: comments of tools stand at its top
_LONGEST_COMMENT = 400
_SHOWN = 60


def detect_tool(names: Iterable[str], generators: Iterable[str] = (), manifest: bytes = b"") -> str:
    """Return the name of the tool, empty when nothing betrays it.

    `generators` are what pages name as theirs; in `manifest`, as its bytes stand in the archive, comments count.
    """
    folded = [name.casefold() for name in names]
    spoken = list(generators)
    return (
        _traced(_TRACES, folded)
        or next((tool for words in spoken if (tool := _named(words))), "")
        or _commented(manifest[:_HEAD].decode("utf-8", "replace"))
        or _traced(_DRIVERS, folded)
        or next((" ".join(words.split())[:_SHOWN] for words in spoken), "")
    )


def _traced(traces: Iterable[tuple[str, re.Pattern[str]]], names: Iterable[str]) -> str:
    return next((tool for tool, trace in traces if any(trace.fullmatch(name) for name in names)), "")


def _named(words: str) -> str:
    found = _SPOKEN.search(words)
    return _CANONICAL[found.group(1).casefold()] if found else ""


def _commented(text: str) -> str:
    """Return the tool that a comment says made the manifest."""
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start)
        comment = text[start : min(end, start + _LONGEST_COMMENT)] if end >= 0 else ""
        if _MADE.search(comment) and (tool := _named(comment)):
            return tool
        start = text.find("<!--", end) if end >= 0 else -1
    return ""
