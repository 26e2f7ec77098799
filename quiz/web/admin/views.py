"""Pages of the administrator: the organisation's own choices."""

from dataclasses import asdict

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.access.keeping import BOUNDS, Durations
from quiz.engine.reminders import Ladder
from quiz.engine.text import Text
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import number_words, reader_locale
from quiz.presentation.work import writing
from quiz.services import organisation
from quiz.web.admin.forms import SettingsForm, days_of, hour_of, number_of

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")


@blueprint.route("/settings", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately()
def settings() -> Response | tuple[str, int]:
    """Show and change what the organisation chose."""
    if request.method == "GET":
        choices = g.choices
        form = SettingsForm(
            name_ar=choices.name.by_language.get("ar"),
            name_en=choices.name.by_language.get("en"),
            digits=choices.digits,
            calendar=choices.calendar,
            zone=choices.zone,
            sensitive=choices.sensitive,
            networks=choices.networks,
            before=_listed(choices.ladder.before),
            after=_listed(choices.ladder.after),
            levels=_listed(choices.ladder.levels),
            digest=choices.digest,
            weekend=",".join(map(str, sorted(choices.ladder.weekend))),
            first_hour=str(choices.hours[0]),
            last_hour=str(choices.hours[1]),
            idle_hours=str(choices.idle_hours),
            second_factor=sorted(choices.second_factor),
            second_factor_from=choices.second_factor_from,
            entry_links=choices.entry_links,
            **{f"keep_{name}": str(number) for name, number in asdict(choices.keeping).items()},
        )
        return render_template("admin/settings.html", form=form, is_saved="saved" in request.args), 200
    form = SettingsForm(request.form)
    if not form.validate():
        return render_template("admin/settings.html", form=form, is_saved=False), 422
    name = Text({"ar": form.name_ar.data.strip(), "en": form.name_en.data.strip()})
    ladder = Ladder(
        before=days_of(form.before),
        after=days_of(form.after),
        levels=days_of(form.levels),
        weekend=frozenset(int(day) for day in form.weekend.data.split(",") if day),
    )
    hours = (hour_of(form.first_hour), hour_of(form.last_hour))
    chosen = organisation.Choices(
        name,
        form.digits.data,
        form.calendar.data,
        form.zone.data,
        form.sensitive.data,
        form.networks.data,
        ladder,
        hours,
        form.digest.data,
        hour_of(form.idle_hours),
        frozenset(form.second_factor.data or ()),
        form.second_factor_from.data,
        form.entry_links.data,
        Durations(**{until.value: number_of(form[f"keep_{until}"]) for until in BOUNDS}),
    )
    with writing() as work:
        organisation.change_choices(work, chosen)
    return redirect(url_for("admin.settings", saved=1), 303)


def _listed(days: tuple[int, ...]) -> str:
    return ("، " if reader_locale().language == "ar" else ", ").join(map(number_words, days))
