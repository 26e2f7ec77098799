"""The desk of a direct superior: the own units and the people in them, and tables that were asked for."""

from quiz.access.actor import Role
from tests.web.routes.columns import Rows, desk, mine, team

MANAGER = Role.MANAGER

ROWS: Rows = {
    "GET /manage/": desk(MANAGER, gives=200),
    "GET /manage/delegation": desk(MANAGER, gives=200),
    "POST /manage/delegation": desk(MANAGER, gives=422),
    "GET /manage/evidence": desk(MANAGER, gives=200),
    "POST /manage/evidence": desk(MANAGER, gives=200),
    "POST /manage/exports": desk(MANAGER, gives=303),
    "GET /manage/exports/<public_id>": mine(MANAGER, 200),
    "GET /manage/exports/<public_id>/file": mine(MANAGER, 200),
    "GET /manage/extend": desk(MANAGER, gives=200),
    "POST /manage/extend": desk(MANAGER, gives=422),
    "GET /manage/people": desk(MANAGER, gives=200),
    "GET /manage/people.csv": desk(MANAGER, gives=200),
    "GET /manage/people.xlsx": desk(MANAGER, gives=200),
    "GET /manage/people/<public_id>": team(200),
    "GET /manage/people/<public_id>/not-mine": team(200),
    "POST /manage/people/<public_id>/not-mine": team(422),
    "GET /manage/remind": desk(MANAGER, gives=200),
    "POST /manage/remind": desk(MANAGER, gives=409, seen="0"),
    "GET /manage/weaknesses": desk(MANAGER, gives=200),
    "GET /manage/weaknesses.csv": desk(MANAGER, gives=200),
    "GET /manage/weaknesses.xlsx": desk(MANAGER, gives=200),
}
