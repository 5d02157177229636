"""Signing in, step by step: name and password, a captcha after failures, a code, a new password when it is due."""

from __future__ import annotations

from dataclasses import dataclass, replace

from db.models.staff import Staff
from db.transaction import work
from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.signin import CAPTCHA_AFTER, CodeWay, Standing, Step, aged
from services.ports import Ports
from services.staff import captcha, code_step, factor, history, lockout, password, refusals, sms
from services.staff.session import open_session

FROM_AN_ADDRESS = 20
WINDOW_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody gave who wants to sign in, and from where."""

    username: str
    password: str
    ip: str = ""
    user_agent: str = ""
    captcha_id: str = ""
    captcha_text: str = ""
    code: str = ""
    new_password: str = ""
    way: CodeWay | None = None
    send_code: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be given next and why; a session's token and the staff id when it is done.

    Where a code is due, `ways` says where it may come from and `phone` shows a part of the number that messages go to.
    """

    step: Step
    problems: tuple[Problem, ...] = ()
    token: str = ""
    staff_id: int = 0
    ways: tuple[CodeWay, ...] = ()
    phone: str = ""


class _Door:
    """Attempts by name and by address in 15 minutes. All count at first; those that were no failure are taken back."""

    def __init__(self, ports: Ports, attempt: Attempt) -> None:
        self._limiter = ports.limiter
        self._name = _counted(attempt.username)
        self._address = f"signin:ip:{attempt.ip}"

    async def knock(self) -> None:
        """Counts the attempt; twenty failures from an address close the door."""
        if wait := await self._limiter.hit(self._address, FROM_AN_ADDRESS, WINDOW_MS):
            raise Refusal(refusals.too_many(wait))
        await self._limiter.hit(self._name, CAPTCHA_AFTER, WINDOW_MS)

    async def failures(self) -> int:
        """What is counted of the name or the address, whichever is more."""
        return max(await self._limiter.seen(self._name), await self._limiter.seen(self._address))

    async def excuse(self) -> None:
        """This attempt was no failure."""
        await self._limiter.take_back(self._name)
        await self._limiter.take_back(self._address)

    async def welcome(self) -> None:
        """Somebody got in: the name begins anew."""
        await self._limiter.forget(self._name)
        await self._limiter.take_back(self._address)


async def sign_in(ports: Ports, attempt: Attempt) -> Outcome:
    """Opens a session for the right name and password, or says what is missing; notes what became of the attempt.

    After three failures of a name or from an address a captcha is due, after ten in a row the name is locked for half
    an hour, after twenty from an address it waits for the rest of 15 minutes. Unknown names are answered alike.
    """
    # MariaDB takes "name " for "name": every count below has to be kept under the same spelling.
    # Half a character, which neither Redis nor the database takes, becomes a question mark.
    spelled = attempt.username.strip().encode("utf-8", "replace").decode()
    attempt = replace(attempt, username=spelled)
    door = _Door(ports, attempt)
    await door.knock()
    staff = await _named(attempt.username)
    outcome = await _answer(ports, staff, attempt, door)
    code = outcome.problems[0].code if outcome.problems else ""
    given = (attempt.username, outcome.step, code, attempt.ip, attempt.user_agent)
    await history.note(ports, staff, *given)
    return outcome


async def _named(username: str) -> Staff | None:
    """The account of that name; what is longer than the column is nobody's name."""
    return await Staff.get_or_none(username=username) if len(username) <= 60 else None


async def _answer(ports: Ports, staff: Staff | None, attempt: Attempt, door: _Door) -> Outcome:
    standing, now = await lockout.standing_of(ports, staff, attempt.username), ports.store.clock()
    if standing.locked(now):
        await door.excuse()
        return _locked(standing, now)
    guarded = await door.failures() > CAPTCHA_AFTER
    if guarded:
        given = (attempt.captcha_id, attempt.captcha_text)
        problem = await captcha.problem_with(ports, attempt.username, *given)
        if problem is not None:
            if not attempt.captcha_id:
                await door.excuse()
            return Outcome(Step.CAPTCHA, (problem,))
    right = await password.matches(staff.password_hash if staff else password.NOBODY, attempt.password)
    outcome = await _inside(ports, staff, attempt) if staff and right and staff.active else None
    if outcome is None:
        outcome = Outcome(Step.PASSWORD, (refusals.wrong_password(),))
    if outcome.step is Step.DONE:
        await door.welcome()
    elif _failure(outcome):
        return await _after_failure(ports, staff, attempt, door, outcome)
    else:
        await door.excuse()
        if guarded:
            await captcha.good_for_next(ports, attempt.username, attempt.captcha_id, attempt.captcha_text)
    return outcome


async def _inside(ports: Ports, staff: Staff, attempt: Attempt) -> Outcome | None:
    """What comes after the right password; None when it turned out to be wrong meanwhile."""
    shown = await code_step.answer(ports, staff, attempt.code, attempt.way, attempt.send_code)
    if isinstance(shown, code_step.Demand):
        return Outcome(Step.CODE, (shown.problem,), ways=shown.ways, phone=shown.phone)
    hashed = ""
    if aged(staff.password_changed_at, ports.store.clock()):
        # The code is not used up before the new password will do: a code is good for one sign-in, not for one try.
        problem: Problem | None = refusals.new_password_needed()
        if attempt.new_password:
            found = await password.problem_with(staff, attempt.new_password, attempt.password)
            problem = found.at(field="newPassword") if found else None
        if problem is not None:
            return Outcome(Step.NEW_PASSWORD, (problem,))
        hashed = await password.hash_password(attempt.new_password)
    return await _enter(ports, staff, attempt, shown, hashed)


async def _enter(
    ports: Ports, staff: Staff, attempt: Attempt, shown: factor.Proof | None, hashed: str
) -> Outcome | None:
    """Opens the session in one commit with all that it uses up; the row is read again under its lock."""
    # A sent code lies outside the database, so it is used up before the transaction begins.
    if shown is not None and shown.sms and await sms.use(ports, staff.id, sms.Purpose.SIGN_IN, shown.sms) is None:
        return Outcome(Step.CODE, (refusals.wrong_sms_code(),))
    async with work(ports.store, Actor(staff.id, staff.display_name, frozenset())) as unit:
        unchanged = Staff.filter(id=staff.id, active=True, password_hash=staff.password_hash)
        row = await unchanged.select_for_update().first()
        if row is None:
            return None
        standing = Standing(row.failures, row.locked_until)
        if standing.locked(unit.now):
            return _locked(standing, unit.now)
        if shown is not None and not await factor.use(unit, row, shown):
            return Outcome(Step.CODE, (refusals.wrong_code(),))
        token, session_id = await open_session(unit, row.id, attempt.ip, attempt.user_agent)
        await Staff.filter(id=row.id).update(failures=0, locked_until=0)
        if hashed:
            await password.put(unit, row, hashed, session_id)
        await unit.audit("staff.sign_in", "staff", row.id, 地址=attempt.ip)
    return Outcome(Step.DONE, (), token, staff.id)


async def forget_failures(ports: Ports, username: str) -> None:
    """Forgets what was counted of a name, for one that an administrator unlocks."""
    await ports.limiter.forget(_counted(username))


def _counted(username: str) -> str:
    return f"signin:name:{username.lower()[:60]}"


def _failure(outcome: Outcome) -> bool:
    return any(p.code in ("wrong_password", "wrong_code") for p in outcome.problems)


async def _after_failure(ports: Ports, staff: Staff | None, attempt: Attempt, door: _Door, outcome: Outcome) -> Outcome:
    """Counts it, and says when the next attempt is guarded or the name is locked now."""
    standing, now = await lockout.failed(ports, staff, attempt.username, attempt.ip), ports.store.clock()
    if standing.locked(now):
        return _locked(standing, now)
    guarded = await door.failures() >= CAPTCHA_AFTER
    return replace(outcome, step=Step.CAPTCHA) if guarded else outcome


def _locked(standing: Standing, now: int) -> Outcome:
    return Outcome(Step.PASSWORD, (refusals.locked(standing.locked_until - now),))
