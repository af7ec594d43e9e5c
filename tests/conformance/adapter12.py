"""The adapter that the conformance runner drives: our SCORM 1.2 run-time behind the protocol of its Engine."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import xmltodict

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scorm.runtime.api import ApiInstance
from scorm.runtime.closing import ClosingRules, LaunchFacts, close_session, launch_values
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile, State
from scorm.runtime.model import RunTimeData

STRICT_RULES = ClosingRules(status_when_never_set="completed")

Facts = dict[str, str]


def items_of(manifest_xml: str) -> dict[str, Facts]:
    """Return what the manifest tells the LMS about each item that launches something."""
    document = xmltodict.parse(manifest_xml.encode(), process_namespaces=False, force_list=("item",))
    items = document["manifest"]["organizations"]["organization"]["item"]
    return {item["@identifier"]: facts_of(item) for item in flattened(items) if "@identifierref" in item}


def flattened(items: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Yield the items of the tree in document order."""
    for item in items:
        yield item
        yield from flattened(item.get("item", []))


def facts_of(item: Mapping[str, object]) -> Facts:
    """Return the run-time facts of one item."""
    return {
        "launch_data": str(item.get("adlcp:datafromlms") or ""),
        "mastery_score": str(item.get("adlcp:masteryscore") or ""),
        "max_time_allowed": str(item.get("adlcp:maxtimeallowed") or ""),
        "time_limit_action": str(item.get("adlcp:timelimitaction") or ""),
    }


class Engine:
    """One learner, any number of packages, one running SCO at a time."""

    def begin_case(self, learner_id: str, learner_name: str) -> None:
        """Forget everything."""
        self.learner_id, self.learner_name = learner_id, learner_name
        self.stored: dict[tuple[str, str], dict[str, str]] = {}
        self.api_instance: ApiInstance | None = None
        self.is_active = False

    def launch(
        self, package: str, manifest_xml: str, event: str, target: str | None = None, **scorm12: str
    ) -> str | None:
        """Deliver `target`, or the first item."""
        items = items_of(manifest_xml)
        item = target if event == "choice" and target is not None else next(iter(items))
        self.key = (package, item)
        self.facts = LaunchFacts(
            learner_id=self.learner_id,
            learner_name=self.learner_name,
            credit=scorm12.get("credit", "credit"),
            mode=scorm12.get("mode", "normal"),
            **items[item],
        )
        self.api_instance = self.new_instance(launch_values(self.facts, self.stored.get(self.key, {})))
        self.is_active = True
        return item

    def new_instance(self, values: dict[str, str]) -> ApiInstance:
        """Return the API object of a launch that starts from `values`."""
        return ApiInstance(RunTimeData(CMI12, Profile.STRICT, values))

    def session_active(self) -> bool:
        """Say whether a SCO is delivered."""
        return self.is_active

    def api(self, function: str, *args: str) -> tuple[str, str]:
        """Carry out a call of the SCO; LMSFinish ends its session."""
        assert self.api_instance is not None
        was_running = self.api_instance.state is State.RUNNING
        answer = self.api_instance.call(function, *args)
        if was_running and self.api_instance.state is State.FINISHED:
            self.close()
        return answer

    def close(self) -> None:
        """Store what the session leaves."""
        assert self.api_instance is not None
        self.stored[self.key] = close_session(self.api_instance.data.values, self.facts, STRICT_RULES, None)

    def terminate(self) -> str | None:
        """Call LMSFinish; 1.2 has no navigation of its own."""
        self.api("LMSFinish", "")
        return None

    def learner(self, event: str, target: str | None = None, unload: Callable[[], None] | None = None) -> str | None:
        """Take the SCO away; in 1.2 each launch is the learner's own."""
        if unload is not None:
            unload()
        if self.api_instance is not None and self.api_instance.state is State.RUNNING:
            self.close()
        self.api_instance, self.is_active = None, False
        return None

    def nav_ui(self) -> dict[str, str]:
        """Return the controls; the table of contents is all there is."""
        return {"continue": "hidden", "previous": "hidden"}

    def toc(self) -> None:
        """Return no entries: no case asks."""
