"""What forms share: validators that ask the domain, and how a refusal finds its field."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field, SelectChoice
from wtforms.validators import ValidationError

from courses.catalogue.topic_services import placed_topics
from courses.errors import Refusal
from courses.records.faults import FaultyEntry
from lms.site import reader
from lms.wording import refusal_text
from lms.wording_learning import topic_text


class Form(FlaskForm):  # type: ignore[misc]  # the extension is not typed
    """A form whose errors stand beside their fields and together above it."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the extension is not typed
        """What a form reads: the fields of a browser, never JSON."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:  # noqa: ARG002  # as the extension calls it
            """Return the fields that were sent, unless the caller gave some or none."""
            if formdata is not _Auto:
                return formdata
            return request.form if request.method == "POST" else None

    def show_faults(self, error: FaultyEntry) -> None:
        """Show every fault of an entry at its field, or above the form where there is none of that name."""
        for fault in error.faults:
            field = fault.field if fault.field in self else ""
            self.refuse(Refusal(fault.code, **dict(fault.parameters)), field)

    def refuse(self, error: Refusal, field: str = "") -> None:
        """Show a refusal of a service at a field, or above the form."""
        sentence = refusal_text(error)
        if field:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)


def asks(check: Callable[[str], object]) -> Callable[[Any, Field], None]:
    """Return a validator that shows the refusal of a check of the domain."""

    def validate(_form: object, field: Field) -> None:
        try:
            check(field.data or "")
        except Refusal as error:
            raise ValidationError(refusal_text(error)) from error

    return validate


def topic_choices() -> list[SelectChoice]:
    """Return the topics as choices, in the order of the tree, each set in under the one above it; none comes first."""
    placed = placed_topics(reader())
    topics = (SelectChoice(one.topic.code, "– " * one.depth + topic_text(one.topic.code)) for one in placed)
    return [SelectChoice("", gettext("None")), *topics]
