"""What people of the demonstration asked and doubted, what they were answered, and incidents; all of it invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from quiz.access.actor import Actor, Role
from quiz.engine.text import Text
from quiz.services import advising, asking, doubting, incidents, people, wishing
from quiz.services.advising import Lesson
from quiz.services.incidents import Following
from quiz.services.unit_of_work import Works
from quiz.services.wishing import WishState

_SYSTEM = Actor.system("demo")
_SPEAKING = "eg-conduct/code-2019/social-media-capacity"
_GIFTS = "eg-civil-service-regulations/pm-1216-2017/prohibition-party-gifts"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: by whom, how many days ago, of what kind and about what, and whether with a name."""

    who: str
    days: int
    kind: str
    about: str
    words: str
    with_name: bool


QUESTIONS = (
    Asked("completed", 9, "question", "old-post-after-promotion",
          "لي منشور قديم برأي في قرار للهيئة، وصرت اليوم في وظيفة أعلى.\n\nهل يكفي حذفه، أم يلزم التنبيه إليه؟", True),
    Asked("extra-time", 8, "question", "box-after-the-visit",
          "وصلتني علبة تمر من مراجع بعد إنهاء معاملته، وقيمتها قليلة. هل تُردّ كذلك؟", False),
    Asked("late", 6, "question", "logo-in-the-profile",
          "حسابي على LinkedIn فيه شعار الهيئة منذ 2019، لأن الموقع يضيفه تلقائيًّا. هل هذا مما يُتجنب؟", False),
    Asked("waiting", 4, "help", "onboarding-social-media",
          "أعدت قراءة السند مرتين ولم يتضح الفرق بين الرأي الشخصي والموقف الرسمي.", True),
    Asked("pledge", 2, "pledge", "onboarding-social-media",
          "هل يسري التعهد على ما نُشر قبل توقيعه؟", True),
    Asked("completed", 7, "doubt", "logo-in-the-profile",
          "التعليل يقول إن الشعار يعطي الرأي صفة لم تُرد له، لكن التعريف نفسه قد يذكر أن الآراء شخصية.", True),
    Asked("extra-time", 5, "doubt", "box-after-the-visit",
          "في إدارتنا سجل للهدايا، فلماذا يسبق المحضر التسليم؟", False),
    Asked("late", 3, "doubt", "box-after-the-visit", "قد لا يوجد شاهد في ذلك الوقت.", False),
)  # fmt: skip
_NOTE = Lesson(
    "note",
    provision=_SPEAKING,
    question=Text(
        {
            "ar": "ماذا عن منشور قديم كُتب قبل تولي وظيفة أعلى؟",
            "en": "What of an old post, written before a higher office?",
        }
    ),
    answer=Text(
        {
            "ar": "يُنظر إليه كما يراه القارئ اليوم: إن فُهم منه أنه موقف الجهة فالأنسب حذفه أو بيان أنه رأي شخصي سابق.",
            "en": "It is looked at as readers see it today: where it may be taken for the body's position, it is best "
            "removed, or marked as an earlier personal view.",
        }
    ),
    names_nobody=True,
)
_WISH = Lesson(
    "scenario", provision=_GIFTS, wish="موقف عن هدية صغيرة من مراجع بعد انتهاء معاملته، لا من شركة تنتظر قرارًا."
)


def converse(doors: Works, ids: Mapping[str, str]) -> None:
    """Let people ask and doubt, the adviser and an editor answer some of it, and incidents be recorded."""
    actors = {who: _actor(doors, ids[who]) for who in {one.who for one in QUESTIONS}}
    adviser, editor = (_actor(doors, ids[role.value], role) for role in (Role.ADVISER, Role.EDITOR))
    _tell_incidents(_ago(doors, 20), adviser)
    with _ago(doors, 10).writing(editor) as work:
        (wish,) = wishing.list_wishes(work).lines
        wishing.decide_wish(work, wish.public_id, 0, WishState.TAKEN_UP, "account-in-the-name-of-a-department")
    for one in sorted(QUESTIONS, key=lambda one: -one.days):
        with _ago(doors, one.days).writing(actors[one.who]) as work:
            asking.ask(work, one.kind, one.about, one.words, one.with_name)
    _advise(_ago(doors, 1), adviser)
    with _ago(doors, 1).writing(editor) as work:
        groups = {group.about: group for group in doubting.list_doubts(work).groups}
        why = "عبارة «الآراء شخصية» في التعريف لا يراها من يقرأ المنشور وحده، والشعار يراه. لذلك بقي التعليل كما هو."
        doubting.answer_doubt(work, groups["logo-in-the-profile"].lines[0].public_id, 0, "stands", why)


def _advise(doors: Works, adviser: Actor) -> None:
    first = (
        "الأنسب حذف المنشور إن كان يُفهم منه أنه موقف الهيئة.\n\n"
        "فإن كان رأيًا عامًّا ظاهرًا أنه شخصي فلا يلزم حذفه، ويكفي ألا يُعاد نشره مع المسمى الجديد."
    )
    second = (
        "نعم، تُردّ بلطف وباسم القسم، فالعبرة بوصولها بسبب العمل لا بقيمتها. وإن كان الردّ محرجًا فالرئيس المباشر يتولاه."
    )
    with doors.writing(adviser) as work:
        oldest, following = advising.list_questions(work).lines[:2]
        advising.answer_question(work, oldest.public_id, 0, first, _NOTE)
        advising.answer_question(work, following.public_id, 0, second, _WISH)


def _tell_incidents(doors: Works, adviser: Actor) -> None:
    told = (
        ("أُرسلت إلى موظف هدية من شركة قبل البت في طلبها بيومين، فبقيت في مكتبه أسبوعًا قبل أن يُبلَّغ عنها.", _GIFTS,
         Following("scenario", scenario="box-after-the-visit")),
        ("أُنشئ حساب باسم إدارة دون علمها، وردّ منه موظف على المراجعين شهرًا كاملًا.", _SPEAKING,
         Following("wish", wish="موقف عن حساب أُنشئ بنية حسنة باسم إدارة، ومن يملك الرد منه.")),
    )  # fmt: skip
    with doors.writing(adviser) as work:
        month = incidents.list_months(work)[2]
        for words, provision, following in told:
            incidents.record_incident(work, words, provision, month, names_nobody=True, following=following)


def _ago(doors: Works, days: int) -> Works:
    moment = doors.tools.clock() - timedelta(days=days)
    return replace(doors, tools=replace(doors.tools, clock=lambda: moment))


def _actor(doors: Works, public_id: str, *roles: Role) -> Actor:
    with doors.reading(_SYSTEM) as work:
        learner = people.learner_actor(work, public_id)
    return replace(learner, roles=frozenset({Role.LEARNER, *roles}))
