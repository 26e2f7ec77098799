"""Names that content may not use, names that rulings may use, and first names by gender, as data.

The lists are not a register of every office there is; they hold what a writer is likely to reach for. Arabic
is in the plain spelling (first names in the full one), English in small letters.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Portfolios of ministries of the two countries; «وزارة شؤون الأحياء» is nobody's, «وزارة الداخلية» is
# somebody's.
_PORTFOLIOS_AR = (
    "الداخليه", "الخارجيه", "الدفاع", "الماليه", "العدل", "الصحه", "التربيه", "التعليم", "الثقافه",
    "السياحه", "الاثار", "النقل", "الكهرباء", "البترول", "الاسكان", "الزراعه", "الري", "الموارد المائيه",
    "البيئه", "التموين", "التضامن", "العمل", "القوي العامله", "الشباب", "الرياضه", "الاوقاف", "الاتصالات",
    "التخطيط", "التنميه المحليه", "الطيران المدني", "الهجره", "الصناعه", "التجاره", "الاقتصاد",
    "الاستثمار", "التعاون الدولي", "الانتاج الحربي", "قطاع الاعمال", "الموارد البشريه والتوطين", "الطاقه",
    "التغير المناخي", "تنميه المجتمع", "التسامح", "شؤون الرئاسه", "شؤون مجلس الوزراء", "الاعلام",
)  # fmt: skip
_PORTFOLIOS_EN = (
    "interior", "foreign affairs", "defence", "defense", "finance", "justice", "health", "education",
    "higher education", "culture", "tourism", "antiquities", "transport", "electricity", "petroleum",
    "housing", "agriculture", "irrigation", "water resources", "environment", "supply",
    "social solidarity", "labour", "labor", "manpower", "youth", "sports", "awqaf",
    "religious endowments", "communications", "planning", "local development", "civil aviation",
    "immigration", "industry", "trade", "economy", "investment", "international cooperation",
    "military production", "human resources and emiratisation", "energy", "climate change",
    "community development", "tolerance", "presidential affairs", "cabinet affairs", "information",
)  # fmt: skip

# Bodies whose part in the rules a ruling, a note or a lesson may have to explain; never the scene of a
# situation.
OFFICIAL_BODIES = (
    "النيابه العامه", "النيابه الاداريه", "مجلس الوزراء", "مجلس الدوله", "الجهاز القومي لتنظيم الاتصالات",
    "الجهاز المركزي للتنظيم والاداره", "الجهاز المركزي للمحاسبات", "هيئه الرقابه الاداريه",
    "المركز الوطني للاستعداد لطوارئ الحاسب", "الهيئه الاتحاديه للموارد البشريه", "ديوان المحاسبه",
    "مركز حمايه البيانات الشخصيه", "public prosecution", "administrative prosecution",
    "council of ministers", "uae cabinet", "council of state", "national telecom regulatory authority",
    "ntra", "central agency for organization and administration",
    "central agency for organisation and administration", "accountability state authority",
    "administrative control authority", "eg-cert", "federal authority for government human resources",
    "supreme audit institution", "personal data protection centre",
)  # fmt: skip

# Bodies that content has no reason to name at all.
OTHER_BODIES = (
    "رئاسه الجمهوريه", "رئاسه مجلس الوزراء", "المخابرات العامه", "الامن الوطني", "امن الدوله",
    "القوات المسلحه", "مجلس النواب", "مجلس الشيوخ", "البنك المركزي", "المجلس القومي للمراه",
    "هيئه قناه السويس", "مصلحه الضرائب", "مصلحه الجمارك", "مصلحه الجوازات", "البريد المصري",
    "مترو الانفاق", "المجلس الوطني الاتحادي", "مصرف الامارات المركزي", "شرطه دبي", "شرطه ابوظبي",
    "بلديه دبي", "بلديه ابوظبي", "هيئه كهرباء ومياه دبي", "هيئه الطرق والمواصلات", "دائره الصحه",
    "الهيئه الاتحاديه للضرائب", "الهيئه الاتحاديه للهويه", "egyptian presidency", "general intelligence",
    "national security agency", "state security", "armed forces", "house of representatives",
    "central bank of egypt", "national council for women", "suez canal authority",
    "egyptian tax authority", "egypt post", "federal national council", "central bank of the uae",
    "dubai police", "abu dhabi police", "dubai municipality", "abu dhabi municipality", "dewa",
    "roads and transport authority", "federal tax authority", "federal authority for identity",
)  # fmt: skip

# Holders of the highest offices, and offices that one living person holds.
PEOPLE = (
    "عبد الفتاح السيسي", "عبدالفتاح السيسي", "مصطفي مدبولي", "محمد بن زايد", "محمد بن راشد",
    "منصور بن زايد", "رئيس الجمهوريه", "رئيس الوزراء", "رئيس مجلس الوزراء", "رئيس الدوله", "صاحب السمو",
    "سمو الشيخ", "سمو الشيخه", "abdel fattah el-sisi", "al-sisi", "el-sisi", "mostafa madbouly",
    "mohamed bin zayed", "mohammed bin zayed", "mohammed bin rashid", "mansour bin zayed",
    "prime minister", "president of the republic", "his highness", "her highness", "sheikh mohammed",
    "sheikh mohamed",
)  # fmt: skip

MINISTRIES = (
    *(f"{word} {portfolio}" for word in ("وزاره", "وزير", "وزيره") for portfolio in _PORTFOLIOS_AR),
    *(
        f"{word} {portfolio}"
        for word in ("ministry of", "ministry of the", "minister of", "minister of the")
        for portfolio in _PORTFOLIOS_EN
    ),
)  # fmt: skip

# Endings of official addresses, and official accounts, as they would stand in a handle, a link or a mail.
OFFICIAL_DOMAINS = ("gov.eg", "gov.ae", "mil.eg", "u.ae", "egypt.eg", "uaecabinet.ae", "fahr.gov.ae")
OFFICIAL_ACCOUNTS = (
    "alsisiofficial", "mohamedbinzayed", "hhshkmohd", "cabinetegy", "moiegy", "mohegypt", "egyptianppo",
    "uaegov", "moiuae", "mohapuae", "mohre_uae", "moeuaeofficial", "mofauae", "fahr_uae", "dubaipolicehq",
    "adpolicehq",
)  # fmt: skip

# For the balance of a bank's cast. Names that are also common words (كريم may be "generous", but stories
# rarely need it) stay; those that mislead (حسن، علي، أمل، سعيد) or belong to both (رضا، نور) are left
# out: they count for nobody.
WOMEN = _set("""
    هناء نهى مريم ميثاء شما شمّا موزة منى سلمى ليلى فاطمة عائشة زينب نورا نورة سارة رانيا دينا
    ياسمين سعاد نادية عبير حصة لطيفة علياء روضة مها نوال سميرة سلامة شيخة غادة رشا هالة إيناس داليا
    مروة أسماء خديجة آمنة مارينا ماريان
    """)
MEN = _set("""
    كريم مينا راشد جاسم أحمد محمد محمود حسين عمر خالد يوسف إبراهيم مصطفى طارق هاني سامي ماجد حمد
    سلطان عبدالله مايكل جورج بيتر عمرو شريف ياسر حازم وليد أشرف منصور مبارك عبيد أنور رامي باسم
    إيهاب فادي
    """)
