from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
import wtforms
from babel import Locale
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from wtforms import Form, IntegerField, StringField
from wtforms.validators import Length

from quiz.language.bidi import has_controls
from quiz.language.catalogue import translations_folder

HEADER = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"


def read(language):
    with (translations_folder() / language / "LC_MESSAGES" / "forms.po").open("rb") as stream:
        return read_po(stream, locale=language)


def compiled(language):
    stream = BytesIO()
    write_mo(stream, read(language))
    stream.seek(0)
    return GNUTranslations(stream)


def wtforms_messages():
    """Every message that the installed WTForms can say."""
    folder = Path(wtforms.__file__).parent
    keywords = {"gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(str(folder), method_map=[("**.py", "python")], keywords=keywords)
    return {message[2] for message in found}


class _Said:
    """The translations of a form: what `Meta.get_translations` hands to WTForms."""

    def __init__(self, language):
        words = compiled(language)
        self.gettext, self.ngettext = words.gettext, words.ngettext


def faults(language, field, value):
    class AnswerForm(Form):
        class Meta:
            def get_translations(self, form):
                return _Said(language)

        answer = field

    class Typed(dict):
        def getlist(self, name):
            return [self[name]]

    form = AnswerForm(Typed(answer=value))
    form.validate()
    return list(form.answer.errors)


def test_every_message_of_wtforms_is_in_both_catalogues():
    with (translations_folder() / "forms.pot").open("rb") as stream:
        assert wtforms_messages() == {message.id for message in read_po(stream) if message.id}
    for language in ("ar", "en"):
        assert {message.id for message in read(language) if message.id} == wtforms_messages()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_catalogues_are_complete_and_sound(language):
    for message in read(language):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(forms), message.id
            assert not message.fuzzy, message.id
            assert not list(message.check()), message.id
            assert not any(has_controls(form) for form in forms), message.id


def test_counted_messages_have_all_six_forms_in_arabic():
    counted = [message for message in read("ar") if isinstance(message.id, tuple)]
    assert counted
    assert all(len(message.string) == 6 for message in counted)


def test_the_plural_rule_is_the_one_of_cldr():
    catalogue = read("ar")
    assert f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};" == HEADER
    words, rule = compiled("ar"), Locale("ar").plural_form
    order = ["zero", "one", "two", "few", "many", "other"]
    message = next(one for one in catalogue if isinstance(one.id, tuple) and "at least" in one.id[0])
    for n in range(1001):
        assert words.ngettext(*message.id, n) == message.string[order.index(rule(n))], n


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (1, "يلزم ألا يقل النص عن حرف واحد."),
        (2, "يلزم ألا يقل النص عن حرفين."),
        (8, "يلزم ألا يقل النص عن 8 أحرف."),
        (12, "يلزم ألا يقل النص عن 12 حرفًا."),
        (100, "يلزم ألا يقل النص عن 100 حرف."),
    ],
)
def test_a_form_counts_in_arabic(length, said):
    assert faults("ar", StringField(validators=[Length(min=length)]), "") == [said]


def test_a_whole_number_is_not_called_a_real_one():
    assert faults("ar", IntegerField(), "س") == ["يلزم إدخال عدد صحيح."]
    assert faults("en", IntegerField(), "x") == ["A whole number is needed here."]


def test_arabic_says_what_is_needed_and_commands_nobody():
    for message in (one for one in read("ar") if one.id):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for form in forms:
            assert not form.startswith(("أدخل", "اختر", "يجب", "قم")), form
            assert not set(form) & set(',;?"'), form
