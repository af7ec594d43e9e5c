"""The forms of the institute's own lists: beneficiaries, measures, regions, topics."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from courses.people.beneficiary_services import BeneficiaryFacts, MeasureFacts
from courses.people.regions import RegionFacts, all_regions
from courses.progression.record import Membership
from lms.languages import current_language
from lms.site import reader
from lms.web.forms import Form, topic_choices
from lms.wording_people import MEMBERSHIPS

LONGEST_NAME = 255
FILL_IN = _l("Please fill this in.")


def _name(label: object, language: str, *rules: object) -> Any:
    return StringField(
        label, [*rules, Length(max=LONGEST_NAME)], default="", render_kw={"maxlength": LONGEST_NAME, "lang": language}
    )


def _place() -> Any:
    return IntegerField(
        _l("Place in the list"), [Optional(), NumberRange(-9999, 9999)], default=0, render_kw={"inputmode": "numeric"}
    )


def _code() -> Any:
    return StringField(
        _l("Code"), [InputRequired(FILL_IN)], render_kw={"maxlength": 64, "autocomplete": "off", "spellcheck": "false"}
    )


def _regions() -> list[SelectChoice]:
    language = current_language()
    regions = (SelectChoice(region.code, region.name(language)) for region in all_regions(reader()))
    return [SelectChoice("", gettext("None")), *regions]


class NamedForm(Form):
    """Names in three languages and a place in the list; a name that is empty is shown in English."""

    name_en = _name(_l("Name in English"), "en", InputRequired(FILL_IN))
    name_fr = _name(_l("Name in French"), "fr")
    name_es = _name(_l("Name in Spanish"), "es")
    place = _place()

    def names(self) -> dict[str, Any]:
        """Return the names and the place, as facts take them."""
        return {
            "name_en": self.name_en.data or "", "name_fr": self.name_fr.data or "", "name_es": self.name_es.data or "",
            "place": self.place.data or 0,
        }  # fmt: skip


class RegionForm(NamedForm):
    """A new region."""

    code = _code()

    def facts(self, code: str | None = None) -> RegionFacts:
        """Return the region that the form means; its code is given where it stands already."""
        return RegionFacts(code=code or self.code.data.strip(), **self.names())


class TopicForm(NamedForm):
    """A new topic, or one that is changed."""

    code = _code()
    parent_code = SelectField(_l("Below"), choices=topic_choices, default="")


class BeneficiaryForm(Form):
    """How a beneficiary stands."""

    region_code = SelectField(_l("Region"), choices=_regions, default="")
    membership = SelectField(
        _l("Membership"), choices=[SelectChoice(one.value, words) for one, words in MEMBERSHIPS.items()]
    )
    is_ldc = BooleanField(_l("Least-developed country"))
    has_mission = BooleanField(_l("Has a permanent mission at the seat of the institute"))
    reason = StringField(_l("Reason"), [Length(max=LONGEST_NAME)], default="", render_kw={"maxlength": LONGEST_NAME})

    def facts(self, code: str) -> BeneficiaryFacts:
        """Return the standing that the form means."""
        return BeneficiaryFacts(
            code=code, region_code=self.region_code.data or None, membership=Membership(self.membership.data),
            is_ldc=self.is_ldc.data, has_mission=self.has_mission.data,
        )  # fmt: skip


class MeasureForm(Form):
    """Administrative measures from a day on, perhaps until another."""

    begins_on = DateField(_l("First day"), [InputRequired(FILL_IN)])
    ends_on = DateField(_l("Last day"), [Optional()])
    note = StringField(_l("Note"), [Length(max=LONGEST_NAME)], default="", render_kw={"maxlength": LONGEST_NAME})

    def facts(self) -> MeasureFacts:
        """Return the measures that the form means."""
        assert isinstance(self.begins_on.data, date)
        return MeasureFacts(begins_on=self.begins_on.data, ends_on=self.ends_on.data, note=self.note.data.strip())
