"""The conformance tests of others (scim2-tester) against the app; every finding is explained here, or there is none."""

import uuid
from typing import Any

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server, filling
from scim2_tester.checkers import patch_add, patch_replace

from quiz.interop.scim.attributes import ENTERPRISE, OURS
from tests.interop.scim.conftest import System, a_user
from tests.pages import HERE

# Found and meant: (check, kind of resource, a piece of what is said) → why it stays.
EXPLAINED = {
    ("object_deletion", "Group", "none is removed"): "the roles are those of the product",
    ("object_query_with_attributes", "Group", "externalId"): "of a role nothing but its members is kept",
    ("object_list_with_attributes", "Group", "externalId"): "of a role nothing but its members is kept",
    ("check_add_attribute", "Group", "externalId"): "of a role nothing but its members is kept",
    ("check_replace_attribute", "Group", "externalId"): "of a role nothing but its members is kept",
    ("check_replace_attribute", "User", f"{ENTERPRISE}'"): "it sends another number, which never changes",
    ("check_add_attribute", "User", f"{OURS}'"): "it awaits its own values without those that are told only",
    ("check_remove_attribute", "User", f"{OURS}'"): "what is told only stays when the rest is taken away",
    ("check_replace_attribute", "User", f"{OURS}'"): "it awaits its own values without those that are told only",
    ("check_add_attribute", "User", "jobFamilies"): "what it added before is there as well, as add means it",
    ("check_replace_attribute", "User", "'emails'"): "it awaits an address without the type that every one has here",
    ("check_add_attribute", "Group", "'members'"): "it awaits members without the names that are told with them",
    ("check_replace_attribute", "Group", "'members'"): "it awaits members without the names that are told with them",
}
# What is found only where the values drawn at random differ from those before.
BY_CHANCE = {("check_add_attribute", "User", "jobFamilies")}


class Operator(WSGISCIMClient):  # type: ignore[misc]
    """Sends what its operator mapped, where the tests would send any words: an address, and the code of a unit."""

    def create(self, resource: Any, *args: Any, **kwargs: Any) -> Any:
        """Create a resource; of a role, which is there already, give the one that there is."""
        if type(resource).__name__ == "Group":
            return self.query(type(resource), "editor")
        return super().create(resource, *args, **kwargs)

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        """Send a request."""
        sent = kwargs.get("json")
        if method in {"POST", "PUT"} and isinstance(sent, dict) and "userName" in sent:
            sent["userName"] = sent["emails"][0]["value"] = f"{uuid.uuid4()}@ministry.example"
            sent["name"]["formatted"] = sent["displayName"]
            if method == "PUT":
                sent[ENTERPRISE].pop("employeeNumber")
        return super().request(method, url, **kwargs)


_drawn = filling.generate_random_value


@pytest.mark.usefixtures("units")
def test_it_conforms(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    person = system.write("POST", "/Users", a_user(), 201)["id"]

    def likely(context: Any, path: Any, *args: Any, **kwargs: Any) -> Any:
        """Draw a value as the tests do, and one of ours where not every text is one."""
        value = _drawn(context, path, *args, **kwargs)
        address = f"{uuid.uuid4()}@ministry.example"
        ours = {"userName": address, "department": "LAW", "members.value": person}
        found = next((one for name, one in ours.items() if str(path).endswith(name)), value)
        return found if value is not None else None

    for module in (filling, patch_add, patch_replace):
        monkeypatch.setattr(module, "generate_random_value", likely)
    client = Operator(system.app, base_url=HERE + "/scim/v2", headers={"Authorization": f"Bearer {system.token}"})
    results = check_server(client)
    assert len([one for one in results if one.status is Status.SUCCESS]) >= 50
    errors = [one for one in results if one.status not in {Status.SUCCESS, Status.SKIPPED}]
    unexplained = [
        f"{one.title} {one.resource_type}: {one.reason}"
        for one in errors
        if not any((one.title, one.resource_type) == known[:2] and known[2] in str(one.reason) for known in EXPLAINED)
    ]
    assert not unexplained, "\n".join(unexplained)
    for known in EXPLAINED.keys() - BY_CHANCE:
        assert any((one.title, one.resource_type) == known[:2] and known[2] in str(one.reason) for one in errors), known
