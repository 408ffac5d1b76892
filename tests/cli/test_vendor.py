"""``flask vendor``: partners on the command line."""

import json

from hotline.transaction import transaction
from tests import partners


def test_partners_are_listed_for_people_and_for_programs(app):
    with transaction():
        partners.vendor("pr", code="V-9", name="青葉広報コンサルティング㈱")
        partners.vendor("legal", code="V-8")
    plain = app.test_cli_runner().invoke(args=["vendor", "list", "--q", "青葉"])
    whole = app.test_cli_runner().invoke(args=["vendor", "list", "--function", "pr", "--json"])

    assert "青葉広報コンサルティング㈱" in plain.output
    assert "V-8" not in plain.output
    assert [one["code"] for one in json.loads(whole.stdout)] == ["V-9"]
