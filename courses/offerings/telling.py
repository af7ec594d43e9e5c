"""What a notice about an activity says of it: its facts as plain values, at the moment of the event."""

from collections.abc import Iterable

from courses.offerings.models import Offering, OfferingDay


def activity_facts(offering: Offering, days: Iterable[OfferingDay] = ()) -> dict[str, object]:
    """Return the facts of an activity for `courses.notices.services.notify`; add those of the event with `|`."""
    return {
        "activity": offering.code,
        "offering": offering.id,
        "title_en": offering.title_en,
        "title_fr": offering.title_fr,
        "title_es": offering.title_es,
        "mode": offering.mode,
        "dating": offering.dating,
        "days": [[day.first_day, day.last_day] for day in days],
        "starts_on": offering.starts_on,
        "ends_on": offering.ends_on,
        "month_from": offering.month_from,
        "month_until": offering.month_until,
        "time_zone": offering.time_zone,
        "venue": offering.venue,
        "city": offering.city,
        "country": offering.country,
        "link": offering.link,
    }
