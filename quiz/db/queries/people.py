"""Finding people, units, roles, accounts, sign-ins and links."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from quiz.db.models.base import UtcDateTime
from quiz.db.models.people import (
    AccountRow,
    OneTimeLinkRow,
    OrganisationSettingsRow,
    PersonRow,
    RoleGrantRow,
    SignInFailureRow,
    SignInRow,
    UnitRow,
)
from quiz.db.queries.batches import batches

_sign_in, _person, _grant = SignInRow.__table__.c, PersonRow.__table__.c, RoleGrantRow.__table__.c
# Built once, of plain columns: every request asks it.
_SIGNED_IN = (
    select(
        _sign_in.id.label("sign_in_id"),
        _sign_in.created_at,
        _sign_in.strength,
        _sign_in.proved_at,
        _sign_in.used_at,
        _person.id,
        _person.public_id,
        _person.name,
        _person.latin_name,
        _person.language,
        _grant.role,
        _grant.unit_id,
        _grant.bank,
        _grant.starts_on,
        _grant.ends_on,
    )
    .select_from(
        SignInRow.__table__.join(PersonRow.__table__, _person.id == _sign_in.person_id).outerjoin(
            RoleGrantRow.__table__, _grant.person_id == _person.id
        )
    )
    .where(
        _sign_in.token_digest == bindparam("token_digest"),
        _sign_in.revoked_at.is_(None),
        _sign_in.expires_at > bindparam("now", type_=UtcDateTime),
        or_(_person.active_until.is_(None), _person.active_until > bindparam("now", type_=UtcDateTime)),
    )
)


def list_signed_in(session: Session, token_digest: str, now: datetime) -> list[Row[Any]]:
    """Return one row a role of the person behind a sign-in that holds (one row without a role if none)."""
    return list(session.execute(_SIGNED_IN, {"token_digest": token_digest, "now": now}))


def find_person_by_email(session: Session, email: str) -> PersonRow | None:
    """Return the person with an e-mail address, whatever the case of its letters; in the table they are small."""
    return session.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))


def find_person(session: Session, person_id: int) -> PersonRow | None:
    """Return a person by key."""
    return session.get(PersonRow, person_id)


def list_people_by_id(session: Session, person_ids: Collection[int]) -> dict[int, PersonRow]:
    """Return people by their keys in the tables."""
    found: dict[int, PersonRow] = {}
    for some in batches(person_ids):
        found |= {row.id: row for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(some)))}
    return found


def list_by_public_ids(session: Session, public_ids: Collection[str]) -> dict[str, str]:
    """Return the names of people by their public ids."""
    found: dict[str, str] = {}
    for some in batches(public_ids):
        statement = select(PersonRow.public_id, PersonRow.name).where(PersonRow.public_id.in_(some))
        found |= {row.public_id: row.name for row in session.execute(statement)}
    return found


def list_names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by key, some hundred at a time."""
    names: dict[int, str] = {}
    for some in batches(person_ids):
        statement = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(some))
        names |= {row[0]: row[1] for row in session.execute(statement)}
    return names


def list_public_names(session: Session, person_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return public id and name of people by key, some hundred at a time."""
    names: dict[int, tuple[str, str]] = {}
    for some in batches(person_ids):
        statement = select(PersonRow.id, PersonRow.public_id, PersonRow.name).where(PersonRow.id.in_(some))
        names |= {row.id: (row.public_id, row.name) for row in session.execute(statement)}
    return names


def find_person_by_public_id(session: Session, public_id: str) -> PersonRow | None:
    """Return a person by public id."""
    return session.scalar(select(PersonRow).where(PersonRow.public_id == public_id))


def find_account(session: Session, person_id: int) -> AccountRow | None:
    """Return how a person signs in with a password."""
    return session.get(AccountRow, person_id)


def find_unit(session: Session, public_id: str) -> UnitRow | None:
    """Return a unit by public id."""
    return session.scalar(select(UnitRow).where(UnitRow.public_id == public_id))


def list_units(session: Session) -> list[UnitRow]:
    """Return all units, parents before children as they were made."""
    return list(session.scalars(select(UnitRow).order_by(UnitRow.id)))


def list_subtree(session: Session, roots: set[int]) -> set[int]:
    """Return the keys of units and of everything below them."""
    if not roots:
        return set()
    below = select(UnitRow.id).where(UnitRow.id.in_(roots)).cte("below", recursive=True)
    below = below.union(select(UnitRow.id).join(below, UnitRow.parent_id == below.c.id))
    return set(session.scalars(select(below.c.id)))


def list_sign_ins(session: Session, person_id: int, now: datetime) -> list[SignInRow]:
    """Return the sign-ins of a person that hold, newest first."""
    return list(
        session.scalars(
            select(SignInRow)
            .where(SignInRow.person_id == person_id, SignInRow.revoked_at.is_(None), SignInRow.expires_at > now)
            .order_by(SignInRow.created_at.desc(), SignInRow.id.desc())
        )
    )


def revoke_sign_ins(session: Session, now: datetime) -> int:
    """End every sign-in that holds, of whomever; return how many."""
    held = and_(SignInRow.revoked_at.is_(None), SignInRow.expires_at > now)
    count = session.scalar(select(func.count()).select_from(SignInRow).where(held)) or 0
    session.execute(
        update(SignInRow).where(held).values(revoked_at=now), execution_options={"synchronize_session": False}
    )
    return count


def revoke_sign_ins_of(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """End every sign-in of some people that holds."""
    session.execute(
        update(SignInRow)
        .where(SignInRow.person_id.in_(person_ids), SignInRow.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def close_links(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """Let the time of every one-time link of some people be over that nobody has used."""
    is_open = (OneTimeLinkRow.used_at.is_(None), OneTimeLinkRow.expires_at > now)
    session.execute(
        update(OneTimeLinkRow).where(OneTimeLinkRow.person_id.in_(person_ids), *is_open).values(expires_at=now)
    )


def list_administrators(session: Session, today: date) -> set[int]:
    """Return the keys of those who administer on a day."""
    held = (RoleGrantRow.role == "admin", RoleGrantRow.starts_on <= today)
    ends = or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= today)
    return set(session.scalars(select(RoleGrantRow.person_id).where(*held, ends)))


def find_link(session: Session, token_digest: str) -> OneTimeLinkRow | None:
    """Return a one-time link by the digest of its token."""
    return session.scalar(select(OneTimeLinkRow).where(OneTimeLinkRow.token_digest == token_digest))


def find_link_by_public_id(session: Session, public_id: str) -> OneTimeLinkRow | None:
    """Return a one-time link by public id."""
    return session.scalar(select(OneTimeLinkRow).where(OneTimeLinkRow.public_id == public_id))


def count_failures(session: Session, name_digest: str, address_digest: str, since: datetime) -> tuple[int, int]:
    """Return how often signing in failed since a moment, for the name and from the address."""
    row = session.execute(
        select(
            func.count().filter(SignInFailureRow.name_digest == name_digest),
            func.count().filter(SignInFailureRow.address_digest == address_digest),
        ).where(
            SignInFailureRow.at >= since,
            or_(SignInFailureRow.name_digest == name_digest, SignInFailureRow.address_digest == address_digest),
        )
    ).one()
    return row[0], row[1]


def delete_failures(session: Session, name_digest: str | None = None, before: datetime | None = None) -> None:
    """Forget failures of a name, or all that are older than a moment."""
    conditions = []
    if name_digest is not None:
        conditions.append(SignInFailureRow.name_digest == name_digest)
    if before is not None:
        conditions.append(SignInFailureRow.at < before)
    session.execute(delete(SignInFailureRow).where(and_(*conditions)))


def find_organisation_settings(session: Session) -> OrganisationSettingsRow | None:
    """Return the newest version of the organisation's choices."""
    return session.scalar(select(OrganisationSettingsRow).order_by(OrganisationSettingsRow.number.desc()).limit(1))


def list_role_grants(session: Session, person_id: int, today: date) -> list[RoleGrantRow]:
    """Return the roles a person holds on a day."""
    return list(
        session.scalars(
            select(RoleGrantRow)
            .where(
                RoleGrantRow.person_id == person_id,
                RoleGrantRow.starts_on <= today,
                or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= today),
            )
            .order_by(RoleGrantRow.id)
        )
    )


def list_all_grants(session: Session, person_id: int) -> list[RoleGrantRow]:
    """Return every role a person was ever given, in the order of first days."""
    statement = select(RoleGrantRow).where(RoleGrantRow.person_id == person_id)
    return list(session.scalars(statement.order_by(RoleGrantRow.starts_on, RoleGrantRow.id)))
