"""Which authoring tool made a package, by the files that it leaves."""

import re
from collections.abc import Iterable

_TRACES = (
    ("Articulate Rise", re.compile(r"scormcontent/lib/.*|scormcontent/index\.html")),
    ("Articulate Storyline", re.compile(r"story(_html5|_flash)?\.html|story_content/.*")),
    ("Adobe Captivate", re.compile(r"assets/js/cpm\.js|.*captivate.*\.(css|js)")),
    ("iSpring", re.compile(r"(.*/)?res/(ispring.*|lms\.js|player\.js)|data/player\.js")),
    ("Lectora", re.compile(r"(.*/)?trivantis.*\.(js|css)|a001index\.html")),
    ("Adapt", re.compile(r"adapt/(css|js)/.*")),
    ("Construct", re.compile(r"(.*/)?c3runtime\.js|(.*/)?c3main\.js")),
    ("3DVista", re.compile(r"(.*/)?tdvplayer.*\.js|(.*/)?tdvr?player.*")),
    ("Easygenerator", re.compile(r"includedmodules/.*")),
    ("eXeLearning", re.compile(r"contentv3\.xml|content\.data|exe_.*\.js")),
    ("Xerte", re.compile(r"rloobject\.(htm|php)|template\.xwd|xerte.*")),
    ("SCENARI", re.compile(r"(.*/)?skin/.*scenari.*|(.*/)?sc(en)?services?\.js|.*/scpa/.*")),
    ("H5P", re.compile(r"(.*/)?h5p\.json|(.*/)?h5p-core.*|h5p/.*")),
    ("Rustici driver", re.compile(r"(.*/)?scormdriver(\.js|/.*)")),
)


def detect_tool(names: Iterable[str]) -> str:
    """Return the name of the tool, empty when nothing betrays it."""
    folded = [name.casefold() for name in names]
    return next((tool for tool, trace in _TRACES if any(trace.fullmatch(name) for name in folded)), "")
