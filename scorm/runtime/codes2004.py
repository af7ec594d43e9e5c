"""The error codes of SCORM 2004 and what they say (RTE 3.1.7)."""

from scorm.runtime.codes import Condition

CODES2004: dict[Condition, str] = {
    Condition.NONE: "0",
    Condition.GENERAL: "101",
    Condition.ARGUMENT: "201",
    Condition.EMPTY: "301",
    Condition.NAME: "401",
    Condition.MODEL: "401",
    Condition.CHILD: "401",
    Condition.CHILDREN: "301",
    Condition.COUNT: "301",
    Condition.VERSION: "301",
    Condition.TARGET: "301",
    Condition.INDEX: "301",
    Condition.KEYWORD: "404",
    Condition.READ_ONLY: "404",
    Condition.WRITE_ONLY: "405",
    Condition.VALUE: "403",
    Condition.DEPENDENCY: "408",
    Condition.FULL: "351",
    Condition.DUPLICATE: "351",
    Condition.ONCE: "351",
    # LMS choice: the book has no upper limit, so that what goes beyond ours is no wrong value but a failed set.
    Condition.LONG: "351",
    Condition.TYPE: "406",
    Condition.RANGE: "407",
}

SET_CODES2004: dict[Condition, str] = {
    Condition.EMPTY: "351",
    Condition.CHILDREN: "351",
    Condition.COUNT: "351",
    Condition.VERSION: "351",
    Condition.TARGET: "404",
    Condition.INDEX: "351",
}
"""What SetValue answers instead."""

TEXTS2004: dict[str, tuple[str, str]] = {
    "0": ("No error", "The last call succeeded."),
    "101": ("General exception", "The call could not be carried out now; nothing was changed."),
    "102": ("General initialization failure", "The session could not be opened."),
    "103": ("Already initialized", "Initialize has been called already, and Terminate has not."),
    "104": ("Content instance terminated", "Terminate has been called: this instance cannot be opened again."),
    "111": ("General termination failure", "The session could not be closed; it is still open."),
    "112": ("Termination before initialization", "Initialize has not been called."),
    "113": ("Termination after termination", "Terminate has been called already."),
    "122": ("Retrieve data before initialization", "Initialize has not been called."),
    "123": ("Retrieve data after termination", "Terminate has been called already."),
    "132": ("Store data before initialization", "Initialize has not been called."),
    "133": ("Store data after termination", "Terminate has been called already."),
    "142": ("Commit before initialization", "Initialize has not been called."),
    "143": ("Commit after termination", "Terminate has been called already."),
    "201": ("General argument error", "The argument has to be an empty string."),
    "301": ("General get failure", "No element is named, its record does not exist, or it has no such list or count."),
    "351": (
        "General set failure",
        "No element is named, its index leaves a gap or is one too many, the value is another record's, it has been "
        "set for good, or it is longer than the LMS keeps.",
    ),
    "391": ("General commit failure", "The values could not be kept now; they are kept with the next commit."),
    "401": ("Undefined data model element", "The data model has no element of this name."),
    "402": ("Unimplemented data model element", "The LMS does not support this element."),
    "403": ("Data model element value not initialized", "The element has never had a value."),
    "404": ("Data model element is read only", "Only the LMS sets this element."),
    "405": ("Data model element is write only", "A SCO can set this element but not read it."),
    "406": ("Data model element type mismatch", "The value has the wrong form, or is no word that the element knows."),
    "407": ("Data model element value out of range", "The number is smaller or larger than the element allows."),
    "408": (
        "Data model dependency not established",
        "The record's id, or the interaction's type, has to be set first.",
    ),
}
"""For each code the error text and the diagnostic, both shorter than 255 characters."""
