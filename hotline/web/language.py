"""The switch between Japanese and English."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline.edge import language
from hotline.edge.access import public
from hotline.errors import N_, Invalid, Problem

bp = Blueprint("language", __name__)


@bp.get("/language")
@public
def choices() -> ResponseReturnValue:
    """Both languages as buttons, for pages that hold no form."""
    return render_template("language/choices.html")


@bp.post("/language")
@public
def change() -> ResponseReturnValue:
    """Remember the language in this browser and go back to the page it was chosen on."""
    code = request.form.get("language", "")
    if code not in language.LANGUAGES:
        raise Invalid({"language": Problem(N_("There are only Japanese and English."))})
    answer = redirect(own_path(request.form.get("back", "")), code=303)
    language.remember(answer, code)
    return answer


def own_path(wanted: str) -> str:
    """``wanted`` when it is a path of this site; else the first page, never another host."""
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"
