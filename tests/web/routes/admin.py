"""The desks of human resources, auditors and administrators: people, units, records, evidence, settings."""

from quiz.access.actor import Role
from tests.web.routes.columns import Rows, desk

HR = Role.HR
AUDITOR = Role.AUDITOR
ADMIN = Role.ADMIN

ROWS: Rows = {
    "GET /admin/asked-again": desk(HR, ADMIN, gives=200),
    "GET /admin/asked-again/<key>": desk(HR, ADMIN, gives=200),
    "POST /admin/asked-again/<key>": desk(HR, ADMIN, gives=422),
    "GET /admin/audit": desk(AUDITOR, ADMIN, gives=200),
    "POST /admin/audit": desk(AUDITOR, ADMIN, gives=200),
    "GET /admin/connections": desk(ADMIN, gives=200),
    "POST /admin/connections": desk(ADMIN, gives=422),
    "POST /admin/connections/<public_id>": desk(ADMIN, gives=422, do="end"),
    "GET /admin/disowned": desk(HR, ADMIN, gives=200),
    "POST /admin/disowned/<public_id>": desk(HR, ADMIN, gives=303),
    "GET /admin/evidence": desk(HR, AUDITOR, gives=200),
    "POST /admin/evidence": desk(HR, AUDITOR, gives=200),
    "GET /admin/imports": desk(HR, ADMIN, gives=200),
    "POST /admin/imports": desk(HR, ADMIN, gives=422),
    "GET /admin/imports/<public_id>": desk(HR, ADMIN, gives=200),
    "POST /admin/imports/<public_id>": desk(HR, ADMIN, gives=303),
    "GET /admin/mails": desk(HR, AUDITOR, ADMIN, gives=200),
    "GET /admin/operation": desk(ADMIN, gives=200),
    "GET /admin/people": desk(HR, ADMIN, gives=200),
    "GET /admin/people/<public_id>": desk(HR, ADMIN, gives=200),
    "POST /admin/people/<public_id>": desk(HR, ADMIN, gives=422, do="move"),
    "GET /admin/people/<public_id>/assignments": desk(HR, ADMIN, gives=200),
    "POST /admin/people/<public_id>/assignments": desk(HR, ADMIN, gives=422),
    "GET /admin/people/<public_id>/link": desk(HR, ADMIN, gives=200),
    "POST /admin/people/<public_id>/link": desk(HR, ADMIN, gives=422),
    "GET /admin/people/new": desk(HR, ADMIN, gives=200),
    "POST /admin/people/new": desk(HR, ADMIN, gives=422),
    "GET /admin/records": desk(HR, ADMIN, gives=200),
    "GET /admin/records/<public_id>": desk(HR, ADMIN, gives=200),
    "POST /admin/records/<public_id>": desk(HR, ADMIN, gives=422, do="propose"),
    # Nobody signs papers here.
    "POST /admin/records/<public_id>/paper": desk(HR, ADMIN, gives=404),
    "GET /admin/regrading": desk(HR, ADMIN, gives=200),
    "POST /admin/regrading": desk(HR, ADMIN, gives=422),
    "GET /admin/regrading/effect": desk(HR, ADMIN, gives=422),
    "GET /admin/roles": desk(HR, ADMIN, gives=200),
    "GET /admin/rules": desk(HR, ADMIN, gives=200),
    "POST /admin/rules": desk(HR, ADMIN, gives=422),
    "GET /admin/rules/<public_id>": desk(HR, ADMIN, gives=200),
    "POST /admin/rules/<public_id>": desk(HR, ADMIN, gives=422),
    "GET /admin/rules/new": desk(HR, ADMIN, gives=200),
    "POST /admin/rules/new": desk(HR, ADMIN, gives=422),
    "GET /admin/settings": desk(ADMIN, gives=200),
    "POST /admin/settings": desk(ADMIN, gives=422),
    "GET /admin/units": desk(HR, ADMIN, gives=200),
    "GET /admin/units/<public_id>": desk(HR, ADMIN, gives=200),
    "POST /admin/units/<public_id>": desk(HR, ADMIN, gives=422, do="close"),
    "GET /admin/units/new": desk(HR, ADMIN, gives=200),
    "POST /admin/units/new": desk(HR, ADMIN, gives=422),
    "GET /admin/weaknesses": desk(HR, AUDITOR, gives=200),
    "GET /admin/weaknesses.csv": desk(HR, AUDITOR, gives=200),
    "GET /admin/weaknesses.xlsx": desk(HR, AUDITOR, gives=200),
}
