"""Samples for the page that shows every component in every state, in both languages and both schemes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from quiz.bank.differences import Change
from quiz.engine.scenario import Exhibit, Turn
from quiz.engine.text import Text


@dataclass(frozen=True, slots=True)
class SampleLabel:
    """The label of a sample field."""

    text: str


@dataclass(frozen=True, slots=True)
class SampleField:
    """Stands in for a bound form field, so that the gallery needs no form."""

    id: str
    label: SampleLabel
    type: str = "StringField"
    errors: tuple[str, ...] = ()
    description: str = ""
    html: str = '<input{attributes} type="text">'

    @property
    def name(self) -> str:
        """Return the name the field is sent under."""
        return self.id

    def __call__(self, **attributes: str) -> Markup:
        """Return the control as WTForms would draw it."""
        pairs = {"id": self.id, "name": self.name, **attributes}
        written = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in pairs.items())
        return Markup(self.html.format(attributes=written))  # nosec B704 # noqa: S704 - our own sample, values escaped


@dataclass(frozen=True, slots=True)
class SampleForm:
    """Stands in for a form that was sent back with faults."""

    fields: tuple[SampleField, ...]
    form_errors: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[SampleField]:
        return iter(self.fields)

    @property
    def errors(self) -> dict[str, tuple[str, ...]]:
        """Return the faults by field."""
        return {bound.name: bound.errors for bound in self.fields if bound.errors}


@dataclass(frozen=True, slots=True)
class SampleCitation:
    """A provision cited, as pages receive it."""

    instrument: Text
    edition: Text
    title: Text
    paraphrase: Text
    reference: str
    verification: str
    status: str = "in_force"
    as_history: bool = False
    figures: tuple[str, ...] = ()
    url: str | None = None
    instrument_key: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """All samples in one language and one colour scheme; `key` keeps the ids of the parts apart."""

    key: str
    language: str
    direction: str
    scheme: str
    words: Mapping[str, str]
    scale: tuple[tuple[str, str], ...]
    exhibits: tuple[Exhibit, ...]
    citations: tuple[SampleCitation, ...]
    changes: tuple[Change, ...]
    heats: str
    form: SampleForm
    qr_svg: Markup
    pages: Callable[[int], str]


ARABIC: Mapping[str, str] = {
    "heading": "العربية",
    "accept": "قبول الهدية وشكر المورّد، فالعقد وُقّع بالفعل ولم يعد لها أثر في القرار.",
    "decline": "الاعتذار عن قبولها، وإبلاغ إدارة الالتزام كتابةً في اليوم نفسه.",
    "share": "توزيعها على الزملاء في الإدارة حتى لا تكون لشخص بعينه.",
    "good": "مناسب",
    "partly": "مناسب جزئيًّا",
    "care": "غير مناسب",
    "very_good": "مناسب جدًّا",
    "very_care": "غير مناسب إطلاقًا",
    "confirm": "تأكيد الاختيار",
    "later": "العودة لاحقًا",
    "withdraw": "سحب الموقف",
    "ask": "سؤال مستشار النزاهة",
    "sending": "يجري الحفظ",
    "progress": "الموقف ٣ من ١٠",
    "time": "١٢ دقيقة",
    "why": "الحرص على السيدة في محله، والمذكرة تدل على حسن النية. غير أن الصلاحية تمنحها الجهة لا صاحبة الحساب.",
    "notice": "يُحفظ المكان عند كل خطوة، ويمكن الاستكمال من أي جهاز.",
    "notice_heading": "ما سبق محفوظ",
    "author": "ماجد، مهتم بشؤون النقل",
    "profile": "موظف بالهيئة المصرية لشؤون المستفيدين. آرائي شخصية.",
    "post": "قبل الجميع: تغيير مسار الخط ١٤ من الأحد المقبل. التفاصيل عندي في الخاص.",
    "when": "مساء الثلاثاء",
    "from": "إدارة المشتريات",
    "to": "هناء، قسم العقود",
    "subject": "مستندات المناقصة (Tender 44/2026)",
    "mail": "الزميلة هناء، المرفق يضم العروض كلها قبل فتح المظاريف. رجاء إبداء الرأي قبل الغد.",
    "body_name": "هيئة شؤون المستفيدين",
    "date": "١١ نوفمبر ٢٠٢٦",
    "memo": "يقتصر النشر باسم الهيئة على المتحدث الرسمي ومن يُفوَّض كتابةً.",
    "signed": "رئيس الإدارة المركزية",
    "who": "نهى",
    "other": "كريم",
    "says": "كلمة مروري عندك، وأنا موافقة، والسيدة لا ذنب لها.",
    "answers": "أفهم ذلك، لكن النظام يسجل اسمك أنت لا اسمي.",
    "instrument": "قانون مكافحة جرائم تقنية المعلومات",
    "edition": "القانون رقم ١٧٥ لسنة ٢٠١٨",
    "reference": "المادة ٢٠",
    "title": "الدخول إلى أنظمة الجهات العامة",
    "paraphrase": "تتناول المادة الدخول عمدًا، أو تجاوز حدود الصلاحية، على نظام معلومات يخص إحدى الجهات العامة.",
    "figure": "غرامة من ٥٠٬٠٠٠ إلى ٢٠٠٬٠٠٠ جنيه مصري، أو حبس، أو إحداهما",
    "name": "فاطمة الزهراء عبد الله آل مكتوم",
    "detail": "قسم العقود",
    "mail_label": "البريد الإلكتروني",
    "mail_help": "البريد الذي وصلت إليه الدعوة.",
    "fault": "العنوان غير مكتمل، ويلزم أن يتضمن الرمز @.",
    "note_label": "ملاحظات",
    "unit_label": "الوحدة التنظيمية",
    "tick_label": "قرأتُ ما سبق وفهمتُه.",
    "home": "تدريبي",
    "here": "التواصل باسم الجهة",
    "length": "المدة",
    "rule": "حد الاجتياز",
    "rule_words": "٨ مواقف من ١٠ على الأقل",
    "task": "المادة ٢٠: الدخول إلى الأنظمة",
    "reread": "إعادة القراءة",
    "unit": "الوحدة",
    "late": "تجاوزوا الموعد",
    "percent": "٩٢٫٥٪",
    "count": "١٬٢٥٠",
    "table": "الالتزام بالموعد حسب الوحدة",
    "law": "الموقف أقصر مما يلزم لقرار واحد تحت ضغط حقيقي.",
    "empty": "لا شهادات بعد",
    "empty_words": "تظهر هنا شهادة الإتمام بعد توقيع الإقرار.",
    "begin": "بدء البرنامج",
    "record": "شهادة إتمام",
    "organisation": "الهيئة العامة لشؤون المستفيدين",
    "programme": "التواصل الاجتماعي والوظيفة العامة",
    "issued": "٢١ نوفمبر ٢٠٢٦ الموافق ١١ جمادى الآخرة ١٤٤٨",
    "until": "٢١ نوفمبر ٢٠٢٨",
    "valid": "الشهادة سارية",
    "expired": "انتهت مدة الشهادة",
    "replaced": "حلت محلها شهادة أحدث",
    "revoked": "أُلغيت الشهادة",
    "unknown": "لا شهادة بهذا الرمز",
    "altered": "تغيّر الملف بعد توقيعه",
}

ENGLISH: Mapping[str, str] = {
    "heading": "English",
    "accept": "Accept the gift and thank the supplier: the contract is signed and nothing hangs on it.",
    "decline": "Decline it, and tell the compliance department in writing on the same day.",
    "share": "Share it among the colleagues of the department, so that it is nobody’s in particular.",
    "good": "Appropriate",
    "partly": "Partly appropriate",
    "care": "Inappropriate",
    "very_good": "Very appropriate",
    "very_care": "Very inappropriate",
    "confirm": "Confirm this choice",
    "later": "Come back later",
    "withdraw": "Withdraw the scenario",
    "ask": "Ask the integrity adviser",
    "sending": "Saving",
    "progress": "Scenario 3 of 10",
    "time": "12 minutes",
    "why": "The care for the visitor is sound, and the memo shows good faith. But access is granted by the "
    "body, not by the colleague who holds the account.",
    "notice": "Your place is kept at every step, and any device can go on from it.",
    "notice_heading": "What you did is kept",
    "author": "Maged, writes about buses",
    "profile": "Employee of the Beneficiaries Authority. Opinions are my own.",
    "post": "Before anybody else: line 14 changes its route from Sunday. Message me for the details.",
    "when": "Tuesday evening",
    "from": "Procurement department",
    "to": "Hanaa, contracts",
    "subject": "Tender documents (مناقصة 44/2026)",
    "mail": "Dear Hanaa, all the bids are attached, before the envelopes are opened. Your view by tomorrow?",
    "body_name": "Beneficiaries Authority",
    "date": "11 November 2026",
    "memo": "Only the spokesperson, and who is authorised in writing, publishes in the name of the Authority.",
    "signed": "Head of the central department",
    "who": "Noha",
    "other": "Karim",
    "says": "You have my password and I agree. None of this is her fault.",
    "answers": "I understand. But the system will record your name, not mine.",
    "instrument": "Anti-Cyber and Information Technology Crimes Law",
    "edition": "Law No. 175 of 2018",
    "reference": "Article 20",
    "title": "Access to the systems of public bodies",
    "paraphrase": "The article deals with entering a system of a public body on purpose, or beyond one’s access.",
    "figure": "A fine of EGP 50,000 to EGP 200,000, or imprisonment, or either",
    "name": "Fatima Al Zahraa Abdullah Al Maktoum",
    "detail": "Contracts section",
    "mail_label": "E-mail address",
    "mail_help": "The address that received the invitation.",
    "fault": "The address is not complete: it needs an @ sign.",
    "note_label": "Notes",
    "unit_label": "Unit",
    "tick_label": "I have read and understood the above.",
    "home": "My training",
    "here": "Speaking for the body",
    "length": "Length",
    "rule": "To pass",
    "rule_words": "At least 8 of 10 scenarios",
    "task": "Article 20: access to systems",
    "reread": "To reread",
    "unit": "Unit",
    "late": "Past due",
    "percent": "92.5%",
    "count": "1,250",
    "table": "Past due by unit",
    "law": "The situation is shorter than one decision under a real pressure needs.",
    "empty": "No records yet",
    "empty_words": "Your completion record appears here once the pledge is signed.",
    "begin": "Start the module",
    "record": "Completion record",
    "organisation": "General Authority for Beneficiaries",
    "programme": "Social media and public office",
    "issued": "21 November 2026 (11 Jumada II 1448)",
    "until": "21 November 2028",
    "valid": "This record is valid",
    "expired": "This record has expired",
    "replaced": "A newer record replaces this one",
    "revoked": "This record was revoked",
    "unknown": "No record has this code",
    "altered": "The file was changed after it was signed",
}

RATINGS = (
    ("very_inappropriate", "very_care"),
    ("inappropriate", "care"),
    ("appropriate", "good"),
    ("very_appropriate", "very_good"),
)

# A drawing that stands where a QR code will be; it says nothing to a camera.
MOCK_CODE = Markup(
    '<svg viewBox="0 0 21 21" aria-hidden="true" shape-rendering="crispEdges"><path d="M0 0h7v7H0zM14 0h7v7h-7z'
    "M0 14h7v7H0zM9 1h2v2H9zM9 5h3v1H9zM9 9h3v3H9zM14 9h2v3h-2zM18 10h3v1h-3zM10 14h2v5h-2zM15 15h4v4h-4z"
    'M1 9h4v2H1z"/></svg>'
)


def samples() -> dict[str, object]:
    """Return what `components/gallery.html` shows: a part for each language and scheme."""
    languages = (("ar", "rtl", ARABIC), ("en", "ltr", ENGLISH))
    schemes = ("light", "dark")
    return {
        "parts": [
            _part(language, direction, scheme, words) for language, direction, words in languages for scheme in schemes
        ]
    }


def _part(language: str, direction: str, scheme: str, words: Mapping[str, str]) -> Part:
    key = f"{language}-{scheme}"
    return Part(
        key=key,
        language=language,
        direction=direction,
        scheme=scheme,
        words=words,
        scale=tuple((value, words[name]) for value, name in RATINGS),
        exhibits=_exhibits(words),
        citations=_citations(words),
        changes=_changes(language, words),
        heats="٠١٢٣٤" if language == "ar" else "01234",
        form=_form(key, words),
        qr_svg=MOCK_CODE,
        pages=lambda page: f"#{key}-page-{page}",
    )


def _text(words: str) -> Text:
    """Return one language's words as a text that every reader gets as it is."""
    return Text({"ar": words, "en": words})


def _exhibits(words: Mapping[str, str]) -> tuple[Exhibit, ...]:
    def texts(**names: str) -> dict[str, Text]:
        return {key.rstrip("_"): _text(words[name]) for key, name in names.items()}

    turns = (
        Turn(_text(words["who"]), _text(words["says"])),
        Turn(_text(words["other"]), _text(words["answers"])),
    )
    post = texts(author="author", profile="profile", body="post", when="when")
    return (
        Exhibit("post", post, {"handle": "maged_eg"}, official=False),
        Exhibit("post", texts(author="body_name", body="memo"), {"handle": "authority"}, official=True),
        Exhibit("message", turns=turns),
        Exhibit("email", texts(from_="from", to="to", subject="subject", body="mail")),
        Exhibit(
            "memo",
            texts(body_name="body_name", date="date", subject="subject", text="memo", signed="signed"),
            {"number": "44/2026"},
        ),
        Exhibit("dialogue", turns=turns),
    )


def _citations(words: Mapping[str, str]) -> tuple[SampleCitation, ...]:
    def citation(verification: str, status: str, **more: object) -> SampleCitation:
        figures = (words["figure"],) if more.get("penalty") else ()
        return SampleCitation(
            instrument=_text(words["instrument"]),
            edition=_text(words["edition"]),
            title=_text(words["title"]),
            paraphrase=_text(words["paraphrase"]),
            reference=words["reference"],
            verification=verification,
            status=status,
            as_history=bool(more.get("as_history")),
            figures=figures,
            url="https://law.example/175" if figures else None,
        )

    return (
        citation("official_verified", "in_force", penalty=True),
        citation("mirror_verified", "repealed", as_history=True),
        citation("secondary", "unknown"),
        citation("recall", "draft"),
    )


def _changes(language: str, words: Mapping[str, str]) -> tuple[Change, ...]:
    """Return a text that changed, an option that came, one that went and one that moved."""
    option = {"text": {language: words["share"]}}
    return (
        Change(("title", language), "changed", words["notice"], f"{words['notice']} {words['notice_heading']}"),
        Change(("options", 2), "added", None, option),
        Change(("options", 1), "removed", option, None),
        Change(("options", 0), "moved", 0, 1),
    )


def _form(key: str, words: Mapping[str, str]) -> SampleForm:
    mail, note = SampleLabel(words["mail_label"]), SampleLabel(words["note_label"])
    unit = Markup("<select{{attributes}}><option>{}</option><option>{}</option></select>").format(
        words["detail"], words["from"]
    )
    return SampleForm(
        (
            SampleField(f"{key}-mail", mail, description=words["mail_help"]),
            SampleField(f"{key}-mail-faulty", mail, errors=(words["fault"],), description=words["mail_help"]),
            SampleField(f"{key}-note", note, "TextAreaField", html="<textarea{attributes}></textarea>"),
            SampleField(f"{key}-unit", SampleLabel(words["unit_label"]), "SelectField", html=unit),
            SampleField(
                f"{key}-tick",
                SampleLabel(words["tick_label"]),
                "BooleanField",
                html='<input{attributes} type="checkbox" value="y">',
            ),
        )
    )
