"""What nobody should send of a module breaks nothing, and the law tells what is wrong with it."""

from werkzeug.datastructures import MultiDict

from tests.pages import HERE
from tests.web.editor.filling import filled
from tests.web.editor.module_writing import FORM, ModuleDesk

BAD: list[dict[str, str]] = [
    {"do": "up:blueprint.99"},
    {"do": "remove:lesson.99999999"},
    {"do": "remove:nonsense.x"},
    {"do": "add:nonsense.0"},
    {"do": "cite:nowhere", "cite.to": "lesson.77"},
    {"do": "cite:nowhere", "cite.to": "x.y.z"},
    {"minutes": "99999999999999999999"},
    {"minutes": "-5"},
    {"blueprint": "x"},
    {"blueprint.0.count": "999999999"},
    {"blueprint.0.bank": "fr-conduct"},
    {"blueprint.0.kinds": "riddle"},
    {"do": "keep", "blueprint.0.difficulty": "7"},
    {"blueprint.0.provisions": "not an address"},
    {"blueprint.0.verification": "certain"},
    {"jurisdictions": "FR"},
    {"behaviour": "nonsense"},
    {"pass_rule.score": "140"},
    {"pass_rule.score": "1/0"},
    {"attempts.limit": "1.5"},
    {"validity.number": "99999", "validity.unit": "year"},
    {"validity.number": "-1", "validity.unit": "century"},
    {"time_limit.number": "0", "time_limit.unit": "minute"},
    {"attempts.waits.0.number": "", "attempts.waits.0.unit": "day"},
    {"pledge.editions": "no/such"},
    {"minimum_verification": "certain"},
    {"defaults.assigned_to": "x" * 10_000},
    {"title.ar": "ا" * 10_000},
    {"lesson.0.key": "\u0000\u202eA B"},
    {"colour": "red", "blueprint.0.colour": "red", "lesson.0": "x"},
]


def test_bad_input_breaks_nothing_and_is_told(module_desk: ModuleDesk) -> None:
    shown = filled(module_desk.page(), FORM)
    faults = []
    for sent in BAD:
        form = MultiDict(shown)
        for name, value in sent.items():
            form.setlist(name, [value])
        assert module_desk.client.client.post(module_desk.where, data=form, base_url=HERE).status_code == 303, sent
        response = module_desk.client.client.get(module_desk.where, base_url=HERE)
        assert response.status_code == 200, sent
        assert len(module_desk.document["blueprint"]) == 10, sent
        # Buttons, and fields that no form has, change nothing; to everything else the law objects.
        is_told = "findings__one--error" in response.get_data(as_text=True)
        if is_told == bool({"do", "colour", "blueprint"} & set(sent)):
            faults.append(sent)
    assert not faults
