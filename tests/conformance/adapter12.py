"""The adapter that the conformance runner drives: our SCORM 1.2 run-time behind the protocol of its Engine."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scorm.packaging.items import Item
from scorm.packaging.manifest import read_manifest
from scorm.runtime.api import ApiInstance
from scorm.runtime.closing import ClosingRules, LaunchFacts, close_session, launch_values
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile, State
from scorm.runtime.model import RunTimeData

STRICT_RULES = ClosingRules(status_when_never_set="completed")


def items_of(manifest_xml: str) -> dict[str, Item]:
    """Return the items that launch something, in the manifest's order."""
    manifest, _ = read_manifest(manifest_xml.encode())
    return {item.identifier: item for item in manifest.organizations[0].walk() if item.is_launchable}


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
        item = items[target] if event == "choice" and target is not None else next(iter(items.values()))
        self.key = (package, item.identifier)
        self.facts = LaunchFacts(
            learner_id=self.learner_id,
            learner_name=self.learner_name,
            credit=scorm12.get("credit", "credit"),
            mode=scorm12.get("mode", "normal"),
            launch_data=item.launch_data,
            mastery_score=None if item.mastery_score is None else str(item.mastery_score),
            max_time_allowed=item.max_time_allowed,
            time_limit_action=item.time_limit_action,
        )
        self.api_instance = self.new_instance(launch_values(self.facts, self.stored.get(self.key, {})))
        self.is_active = True
        return item.identifier

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
