"""What can be wrong with a call, and which code and text each edition has for it."""

from enum import StrEnum


class Condition(StrEnum):
    """Why a call is refused, whatever the edition; a table of codes gives each its number."""

    NONE = "none"
    GENERAL = "general"
    ARGUMENT = "argument"  # an argument to open, close or commit
    EMPTY = "empty"  # no element name at all
    NAME = "name"  # an empty or malformed element name, another data model, a node that is no leaf
    MODEL = "model"  # an unknown name directly below the model's root
    CHILD = "child"  # an unknown name below a known one
    CHILDREN = "children"  # `_children` where there are none
    COUNT = "count"  # `_count` where there is none
    VERSION = "version"  # `_version` where there is none
    TARGET = "target"  # an element that needs a target is asked for without one
    INDEX = "index"  # an index beyond the end of its collection
    KEYWORD = "keyword"  # a set of `_children`, `_count` or `_version`
    READ_ONLY = "read-only"
    WRITE_ONLY = "write-only"
    VALUE = "value"  # never had a value
    DEPENDENCY = "dependency"  # what this one depends on has no value yet
    FULL = "full"  # the collection takes no more records
    DUPLICATE = "duplicate"  # another record of the collection has this value
    ONCE = "once"  # has its value for good
    LONG = "long"  # longer than the LMS keeps
    TYPE = "type"
    RANGE = "range"


CODES12: dict[Condition, str] = {
    Condition.NONE: "0",
    Condition.GENERAL: "101",
    Condition.ARGUMENT: "201",
    Condition.EMPTY: "201",
    Condition.NAME: "201",
    # The suite wants 401 for an unknown category and 201 for an unknown element of a known one.
    Condition.MODEL: "401",
    Condition.CHILD: "201",
    Condition.CHILDREN: "202",
    Condition.COUNT: "203",
    Condition.VERSION: "201",
    Condition.INDEX: "201",
    Condition.KEYWORD: "402",
    Condition.READ_ONLY: "403",
    Condition.WRITE_ONLY: "404",
    Condition.LONG: "405",
    Condition.TYPE: "405",
    Condition.RANGE: "405",  # 1.2 has no code of its own for it
}
"""The codes of SCORM 1.2 (RTE 1.2, 3.3.5)."""

TEXTS12: dict[str, tuple[str, str]] = {
    "0": ("No error", "The last call succeeded."),
    "101": ("General exception", "The call was refused, or could not be carried out now; nothing was changed."),
    "201": ("Invalid argument", "The argument is not empty where it must be, or it names no element or record."),
    "202": ("Element cannot have children", "Only the groups of the data model have a list of children."),
    "203": ("Element is no array and has no count", "Only objectives, interactions and their lists are counted."),
    "301": ("Not initialized", "LMSInitialize has not been called, or LMSFinish has been called already."),
    "401": ("Not implemented", "This part of the data model does not exist or is not supported."),
    "402": ("Invalid set value, element is a keyword", "_children, _count and _version cannot be set."),
    "403": ("Element is read only", "Only the LMS sets this element."),
    "404": ("Element is write only", "A SCO can set this element but not read it."),
    "405": ("Incorrect data type", "The value has the wrong form or length, is out of range, or is no listed word."),
}
"""For each code the error text and the diagnostic, both shorter than 255 characters."""
