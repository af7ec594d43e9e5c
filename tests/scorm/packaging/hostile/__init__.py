"""Archives and manifests that somebody made to do harm, or that look so and are harmless: each built by a function.

`CASES` holds all of them by name. None of them is a file: what opens them builds them.
"""

from tests.scorm.packaging.hostile import (
    bombs,
    contents,
    descriptors,
    documents,
    encodings,
    ends,
    headers,
    kinds,
    names,
    overlaps,
    twins,
)
from tests.scorm.packaging.hostile.cases import ACCEPTED, CASES, Case

__all__ = ["ACCEPTED", "CASES", "MODULES", "Case"]

MODULES = (bombs, contents, descriptors, documents, encodings, ends, headers, kinds, names, overlaps, twins)
