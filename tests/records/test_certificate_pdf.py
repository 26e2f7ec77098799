import dataclasses
import io
import json
import re
import shutil
import subprocess
import threading
import unicodedata
from datetime import date

import pikepdf
import pytest

from quiz.engine.text import Text
from quiz.language.dates import hijri
from quiz.language.locale import Calendar, Digits, ReaderLocale
from quiz.records import codes, linked_facts, typesetting
from quiz.records.certificate_pdf import UnsettableName, check_name, render
from quiz.records.facts import canonical, to_document

CODE = "3WW6P9D8KS862"
URL = f"https://amana.example/verify/{CODE}"
NAME = "فاطمة الزهراء بنت عبد الله آل مكتوم"
ARAB = ReaderLocale("ar", Digits.ARAB, Calendar.BOTH)
LATN = ReaderLocale("ar", Digits.LATN, Calendar.BOTH)

NAMES = (
    "فاطمة بنت عبد الله الأحمد", "محمد لؤي آل سلمان", "عبد الله", "عبدالله عبدالرحمن",
    "نورة بنت عبد الله آل ثاني",
    "لؤلؤة الخليفة", "آلاء محمد", "لأمية بنت سالم", "رؤى مؤمن", "هيئة الله النجار", "مؤيد رائد فؤاد",
    "شيماء بهاء الدين علاء", "إيمان إبراهيم إسماعيل", "آمنة القرآن", "سارة لا شين", "هلال بلال جلال",
    "الإمام الأول", "الآنسة علا", "محمد أحمد محمود حامد عبد الحميد", "عبد الإله عبد اللاه", "ماء السماء",
    "يحيى مصطفى موسى", "طه ياسين", "أبو بكر الصديق عثمان", "بسم الله الرحمن", "فلسطين الكلابي", "لجين الملا",
    "تسنيم كتبي", "نهى يوسف بيومي", "ٱلاء", "Fatima Al-Zahraa", "José Müller", "O'Neil Smith-Jones",
)  # fmt: skip
MARKED = ("أُسَامَةُ بْنُ زَيْدٍ", "مُحَمَّد عَبْدُ اللَّهِ")

# What a reader of the text layer does not see as letters; Poppler sets a space here and there inside a word.
UNSEEN = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\\s]")


def text_of(pdf):
    """The text layer as Poppler extracts it, without spaces and direction marks."""
    assert shutil.which("pdftotext"), "poppler-utils is needed to read the text layer"
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return flat(run.stdout.decode())


def flat(text):
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


def tops_of(pdf):
    """How far from the top of the first page each word begins, in points."""
    command = ["pdftotext", "-bbox", "-l", "1", "-", "-"]
    boxes = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return {flat(word): float(top) for top, word in re.findall(r'yMin="([0-9.]+)"[^>]*>([^<]*)<', boxes)}


def opened(pdf):
    return pikepdf.open(io.BytesIO(pdf))


def tags(node):
    """The structure elements of a document, in reading order."""
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in tags(child)]
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        return [node, *tags(node.get("/K", pikepdf.Array()))]
    return []


@pytest.fixture
def make(facts, wordings):
    """Renders the certificate of the sample completion, or of one that differs."""

    def made(name=NAME, latin_name="Fatima Al Maktoum", locale=ARAB, signer=None, **changes):
        return render(dataclasses.replace(facts, **changes), name, latin_name, URL, CODE, locale, wordings, signer)

    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stands_in_the_text_layer_as_it_is_written(make, name):
    assert flat(name) in text_of(make(name, None))


@pytest.mark.parametrize("name", MARKED)
def test_a_name_with_vowel_marks_is_whole_in_the_metadata(make, name):
    with opened(make(name, None)).open_metadata() as metadata:
        assert name in metadata["dc:description"]


def test_the_facts_stand_on_the_page_in_both_languages(make):
    text = text_of(make())
    for words in (
        "شهادة إتمام", "Completion record", "الموظف العام ووسائل التواصل الاجتماعي", "Fatima Al Maktoum",
        "“The civil servant and social media”", "جمادى الآخرة",
        "22 November 2026 (12 Jumada al-Akhirah 1448 AH)",
        "1450", "١٤٤٨", "٢٠٢٨", "(ملغى", "(repealed)", "٪٨٠", "At least 80%, reached",
        "9f2c1a7b3d5e4f60a1b2c3d4e5f60718", "https://amana.example/verify", codes.display(CODE),
        "Not an academic qualification", "Signed on 22 November 2026",
    ):  # fmt: skip
        assert flat(words) in text, words


def test_the_page_says_in_whose_name_it_is_signed_or_that_it_is_not(make):
    unsigned, signed = text_of(make()), text_of(make(signer="ختم الشهادات"))
    for words in ("غير موقعة", "Not signed: test installation"):
        assert flat(words) in unsigned, words
        assert flat(words) not in signed, words
    assert flat("ختم الشهادات") in signed
    assert flat("Records Seal") in text_of(make(signer="Records Seal"))


def test_digits_are_those_of_the_reader(make):
    text = text_of(make(locale=LATN))
    assert not set(text) & set("٠١٢٣٤٥٦٧٨٩٪")
    assert text.count("80%") == 2


# The ends of years in both calendars, and the end of the table of the second one.
ENDS = {
    date(1924, 7, 31): ("31 July 1924", ""),
    date(1924, 8, 1): ("1 August 1924", "1 Muharram 1343"),
    date(2024, 7, 6): ("6 July 2024", "30 Dhu al-Hijjah 1445"),
    date(2024, 7, 7): ("7 July 2024", "1 Muharram 1446"),
    date(2026, 2, 18): ("18 February 2026", "1 Ramadan 1447"),
    date(2026, 12, 31): ("31 December 2026", "1448"),
    date(2027, 1, 1): ("1 January 2027", "1448"),
    date(2027, 6, 5): ("5 June 2027", "30 Dhu al-Hijjah 1448"),
    date(2027, 6, 6): ("6 June 2027", "1 Muharram 1449"),
    date(2028, 2, 29): ("29 February 2028", "1449"),
    date(2077, 11, 16): ("16 November 2077", "1500"),
    date(2077, 11, 17): ("17 November 2077", ""),
}


@pytest.mark.parametrize(("day", "told"), ENDS.items())
def test_days_at_the_ends_of_years_and_tables_are_those_of_both_calendars(make, day, told):
    other = hijri(day)
    written = "{:04}-{:02}-{:02}".format(*other) if other else None
    pdf = make(completed_on=day, hijri=written, valid_until=None, valid_until_hijri=None)
    text = text_of(pdf)
    assert all(flat(words) in text for words in told), told
    assert (flat("AH)") in text) == bool(told[1])
    whole = opened(pdf)
    document = json.loads(whole.attachments["completion-facts.jsonld"].get_file().read_bytes())
    assert (document["completed_on"], document["hijri"]) == (day.isoformat(), written)


def test_what_is_not_there_is_not_said(make):
    text = text_of(make(pledge_digest=None, pledged_at=None, valid_until=None, hijri=None, valid_until_hijri=None))
    assert "Signed" not in text
    assert flat("No end date") in text
    assert "AH)" not in text


def test_the_pledge_was_signed_on_a_day_of_the_zone(make):
    assert flat("Signed on 21 November 2026") in text_of(make(zone="UTC"))


def test_a_record_is_one_page_and_many_editions_go_on_to_the_next(make, facts):
    assert len(opened(make()).pages) == 1
    assert len(opened(make("لؤي " * 12)).pages) == 1
    many = make(editions=facts.editions * 4)
    assert len(opened(many).pages) == 2
    assert flat("Listed on the next page") in text_of(many)


@pytest.mark.parametrize(("count", "length", "pages"), [(4, 80, 1), (2, 170, 1), (3, 170, 2), (5, 40, 2)])
def test_names_of_editions_never_run_into_what_is_below(make, facts, count, length, pages):
    label = Text({"ar": ("قرار رقم " * 20)[:length], "en": ("Decree No. " * 20)[:length]})
    pdf = make(editions=(dataclasses.replace(facts.editions[2], label=label),) * count)
    tops = tops_of(pdf)
    assert len(opened(pdf).pages) == pages
    assert tops[facts.serial] < tops["https://amana.example/verify"] - 45


def test_a_long_name_stands_in_one_line(make):
    tops = tops_of(make("Bartholomew Alexander Featherstonehaugh", "B. A. F."))
    assert tops["Bartholomew"] == tops["Featherstonehaugh"]


def test_an_english_name_of_the_organisation_may_be_missing(make):
    text = text_of(make(organisation=Text({"ar": "الهيئة"}), module_title=Text({"ar": "برنامج"})))
    assert text.count("الهيئة") == 1


def test_the_file_is_to_be_kept_and_to_be_read_aloud(make):
    pdf = opened(make())
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "شهادة إتمام: الموظف العام ووسائل التواصل الاجتماعي"
        assert metadata["xmp:CreateDate"] == "2026-11-21T22:30:05Z"
    assert pdf.Root.Lang == "ar"
    assert pdf.Root.ViewerPreferences.Direction == "/R2L"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.docinfo["/Author"] == "الهيئة العامة لخدمات المستفيدين"


def test_the_structure_names_title_links_image_and_language(make):
    pdf = opened(make())
    elements = tags(pdf.Root.StructTreeRoot.K)
    kinds = [str(element.S) for element in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Link") == 2
    figure = elements[kinds.index("/Figure")]
    assert str(figure.Alt) == f"رمز استجابة سريعة يؤدي إلى {URL}"
    assert sum(str(element.get("/Lang", "")) == "en" for element in elements) > 10


def test_the_facts_are_attached_for_machines(make, facts):
    pdf = opened(make())
    attached = pdf.attachments["completion-facts.jsonld"].get_file()
    assert attached.mime_type == "application/ld+json"
    document = json.loads(attached.read_bytes())
    assert attached.read_bytes() == canonical(document)
    assert linked_facts.facts_of(document) == to_document(facts)
    assert document["@id"] == URL
    assert pdf.Root.AF[0].AFRelationship == "/Supplement"


def test_the_same_facts_make_the_same_bytes(make):
    first = make()
    make("لؤي")
    assert make() == first
    assert first.endswith(b"%%EOF\n")


@pytest.mark.parametrize("shown", [CODE, codes.display(CODE)])
def test_the_address_to_type_stands_without_the_code(facts, wordings, shown):
    url = f"https://amana.example/verify/{shown}"
    made = render(facts, NAME, None, url, CODE, ARAB, wordings)
    assert "https://amana.example/verify" in tops_of(made)
    pdf = opened(made)
    assert {str(note.A.URI) for note in pdf.pages[0].Annots} == {url}


def test_data_is_never_markup(make):
    text = text_of(make("#strong[x] = *y* $z$", None))
    assert flat("#strong[x] = *y* $z$") in text


def test_a_name_that_cannot_be_set_is_known_early():
    for name in (*NAMES, *MARKED):
        check_name(name)
    with pytest.raises(UnsettableName) as caught:
        check_name("李 أحمد 李 😀")
    assert caught.value.characters == "李😀"


def test_hidden_direction_marks_are_no_fault_of_a_name(make):
    check_name("أحمد\u202e \u2066علي")
    assert make("أحمد\u202e  علي\n") == make("أحمد علي")


def test_where_a_name_cannot_be_set_the_latin_one_stands_in_its_place(make):
    pdf = make("李小龍", "Li Xiaolong")
    assert text_of(pdf).count("LiXiaolong") == 2
    assert "pdfuaid:part" in opened(pdf).open_metadata()


def test_where_nothing_helps_the_file_is_made_without_the_standards(make, caplog, facts):
    pdf = make("李 أحمد", None)
    assert "أحمد" in text_of(pdf)
    assert "pdfuaid:part" not in opened(pdf).open_metadata()
    assert facts.serial in caplog.text
    assert "李" not in caplog.text


def test_threads_may_render_at_once(make):
    expected = [make(name) for name in NAMES[:4]]
    made = [b""] * 4

    def work(place):
        made[place] = make(NAMES[place])

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert made == expected


def test_the_template_compiles_without_a_warning(facts, wordings, monkeypatch):
    found = []

    class Watching:
        def compile(self, **options):
            made, warnings = compiler.compile_with_warnings(**options)
            found.extend(warnings)
            return made

    compiler = typesetting.compiler("certificate.typ")
    monkeypatch.setattr(typesetting, "compiler", lambda _: Watching())
    assert render(facts, NAME, None, URL, CODE, ARAB, wordings).startswith(b"%PDF")
    assert found == []
