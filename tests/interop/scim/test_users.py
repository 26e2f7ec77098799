"""People by SCIM: added, found, changed, gone and taken up again, by the same deeds as on HR's pages."""

from typing import Any

import pytest

from quiz.interop.scim.attributes import ENTERPRISE, OURS, USER
from quiz.services.unit_of_work import Works
from tests.interop.scim.conftest import Connect, System, a_user

pytestmark = pytest.mark.usefixtures("units")


def test_a_person_is_added_and_read_back(system: System) -> None:
    response = system.ask("POST", "/Users", a_user(**{OURS: {"latinName": "Hanaa", "jobFamilies": []}}), 201)
    made = response.get_json()
    assert response.mimetype == "application/scim+json"
    assert response.headers["Location"] == made["meta"]["location"]
    assert response.headers["ETag"] == made["meta"]["version"]
    assert made["displayName"] == made["name"]["formatted"] == "هناء عبد الله رضا"
    assert made["emails"] == [{"value": "n1001@ministry.example", "type": "work", "primary": True}]
    assert made[ENTERPRISE]["employeeNumber"] == "1001"
    assert made[ENTERPRISE]["department"] == "FIN"
    assert made[OURS]["jurisdiction"] == "EG"
    assert made[OURS]["latinName"] == "Hanaa"
    assert made["externalId"] == "ext-1001"
    assert system.read(f"/Users/{made['id']}") == made
