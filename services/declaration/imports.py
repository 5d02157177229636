"""Importing a result workbook: every row finds its person, or says why it cannot; nothing is half done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from db.models.audit import Audit
from db.models.batch import Batch
from db.models.declaration import ResultLayout
from db.transaction import Work, once
from domain.actor import Actor
from domain.columns import CellValue
from domain.declaration import CHANNEL_LABELS, Channel, ResultColumns, Verdict
from domain.declaration.reading import normalize_word
from domain.errors import Problem, Refusal
from domain.housing_account import tidy_number
from domain.particulars import mask
from domain.precheck import text_of
from services import housing_account
from services.batch import ChannelAnswer, RowAnswer, one, recorded
from services.batch.standing import Sent, sent_rows
from services.declaration import import_problems as problem
from services.declaration.reading import Opened, chosen_columns, open_result, word_meanings
from services.person import ID_NUMBER
from services.ports import Ports

_NOTED: Final = "declaration.imported"
_COUNTS: Final = {"accepted": "成功", "failed": "失败", "correction": "补正", "unanswered": "未答"}


@dataclass(frozen=True, slots=True)
class ResultImport:
    """What to import. `columns` are field and header, `words` word and verdict; both only where they are asked for.

    `skip_unmatched` leaves out the rows that cannot be taken, and tells them, instead of refusing everything.
    """

    file_id: int
    batch_id: int
    channel: Channel
    columns: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, Verdict], ...] = ()
    skip_unmatched: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were answered how; what was left out; rows whose result is empty are counted as `unanswered`."""

    batch_id: int
    accepted: int = 0
    failed: int = 0
    correction: int = 0
    unanswered: int = 0
    skipped: tuple[Problem, ...] = ()


async def import_result(ports: Ports, actor: Actor, wanted: ResultImport, key: str) -> Imported:
    """Applies a result workbook to a batch's rows for one channel. Repeated with its key, the first answer."""
    actor.require("batch.submit")
    company_id = (await one(actor, wanted.batch_id)).company_id
    opened = await open_result(ports, actor, wanted.file_id, wanted.channel, company_id)
    columns = chosen_columns(opened, dict(wanted.columns))
    meanings = word_meanings(opened, columns, dict(wanted.words))
    done: list[Imported] = []

    async def run(unit: Work) -> int:
        batch = await Batch.filter(id=wanted.batch_id).select_for_update().get()
        matcher = _Matcher(ports, columns, meanings, await sent_rows(ports, batch, wanted.channel))
        await matcher.read(opened)
        if matcher.problems and not wanted.skip_unmatched:
            raise Refusal(*matcher.problems)
        if not matcher.answers:
            raise Refusal(*(matcher.problems or [problem.nothing()]))
        given = ChannelAnswer(wanted.channel, tuple(matcher.answers.values()))
        recording = await recorded(ports, unit, batch.id, given, keep_numbers_apart=True)
        if recording.clashing:
            clashes = [matcher.number_taken(row_no) for row_no in recording.clashing]
            if not wanted.skip_unmatched:
                raise Refusal(*clashes)
            matcher.problems += clashes
        await _remember(unit, wanted.channel, opened, columns, meanings)
        done[:] = [matcher.outcome(batch.id)]
        return await _note(unit, batch, wanted.channel, done[0])

    import_id = await once(ports.store, actor, "declaration.import_result", key, asdict(wanted), run)
    return done[0] if done else await _first_answer(wanted.batch_id, import_id)


class _Matcher:
    """Finds the batch's row of each row of the sheet."""

    def __init__(
        self, ports: Ports, columns: ResultColumns, meanings: dict[str, Verdict], sent: Sequence[Sent]
    ) -> None:
        self._ports, self._columns, self._meanings = ports, columns, meanings
        self._by_index = {row.index: row for row in sent if row.index}
        self._by_person = {row.person_id: row for row in sent}
        self._cities = sorted({row.city_code for row in sent})
        self._owners: dict[str, int] = {}
        self._headers: tuple[str, ...] = ()
        self._places: dict[int, tuple[int, str]] = {}
        self.answers: dict[int, RowAnswer] = {}
        self.problems: list[Problem] = []
        self.unanswered = 0

    async def read(self, opened: Opened) -> None:
        """Goes through the sheet; what cannot be taken becomes a problem at its row and column."""
        self._headers = opened.table.headers
        if self._columns.id_number is None and self._columns.account is not None:
            numbers = {n for _, row in opened.table.rows if (n := self._account(row)[0])}
            wanted = sorted(numbers)
            for start in range(0, len(wanted), 500):
                self._owners |= await housing_account.owners_of(
                    self._ports.store, self._cities, wanted[start : start + 500]
                )
        for row_no, row in opened.table.rows:
            found = self._take(row_no, row)
            if found is not None:
                self.problems.append(found.at(row=row_no))

    def _take(self, row_no: int, row: Sequence[CellValue]) -> Problem | None:
        word = normalize_word(self._text(row, self._columns.result))
        sent = self._person(row)
        if isinstance(sent, Problem):
            # Totals and signatures below the table name nobody and answer nothing.
            return None if not word else sent
        if not word:
            self.unanswered += 1
            return None
        verdict = self._meanings.get(word)
        if verdict is None:
            return self._at(problem.word_unknown(word), self._columns.result, word)
        if sent.row_no in self.answers:
            return self._at(problem.twice(self._places[sent.row_no][0]), self._columns.id_number, sent.name)
        if not sent.waits:
            return self._at(problem.answered(sent.row_no), self._columns.result, word)
        number, wrong = self._account(row)
        if wrong is not None:
            return self._at(wrong, self._columns.account, mask(self._text(row, self._columns.account)))
        reason = self._text(row, self._columns.reason)
        if verdict is not Verdict.ACCEPTED and not reason:
            reason = f"{word}（结果表未写原因）"
        if self._columns.id_number is None:
            number = ""
        self.answers[sent.row_no] = RowAnswer(sent.row_no, verdict, reason, number)
        self._places[sent.row_no] = (row_no, self._text(row, self._columns.account))
        return None

    def _person(self, row: Sequence[CellValue]) -> Sent | Problem:
        place = self._columns.id_number if self._columns.id_number is not None else self._columns.account
        value = row[place] if place is not None and place < len(row) else None
        text = self._text(row, place)
        if self._columns.id_number is not None:
            if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
                return self._at(problem.id_numeric(), place, mask(text))
            index = self._ports.store.vault.index(ID_NUMBER, "".join(text.split()).upper()) if text else ""
            sent = self._by_index.get(index)
        else:
            sent = self._by_person.get(self._owners.get(self._account(row)[0], 0))
        if sent is None:
            return self._at(problem.not_of_batch(), place, mask(text))
        name = self._text(row, self._columns.name)
        if name and "".join(name.split()) != "".join(sent.name.split()):
            return self._at(problem.name_differs(sent.row_no), self._columns.name, name)
        return sent

    def _account(self, row: Sequence[CellValue]) -> tuple[str, Problem | None]:
        """The account number of the row, tidy; with the problem when it is there and is none."""
        text = self._text(row, self._columns.account)
        try:
            return (tidy_number(text), None) if text else ("", None)
        except Refusal as refusal:
            return "", refusal.problems[0]

    def number_taken(self, row_no: int) -> Problem:
        """The batch row's account belongs to somebody else: told at the sheet's row."""
        sheet_row, number = self._places[row_no]
        return self._at(problem.number_taken(), self._columns.account, mask(number)).at(row=sheet_row)

    def outcome(self, batch_id: int) -> Imported:
        """The counts."""
        verdicts = [answer.verdict for answer in self.answers.values()]
        return Imported(
            batch_id,
            verdicts.count(Verdict.ACCEPTED),
            verdicts.count(Verdict.FAILED),
            verdicts.count(Verdict.CORRECTION),
            self.unanswered,
            tuple(self.problems),
        )

    def _text(self, row: Sequence[CellValue], index: int | None) -> str:
        return text_of(row[index]).strip() if index is not None and index < len(row) else ""

    def _at(self, found: Problem, index: int | None, value: str) -> Problem:
        return found.at(column=self._headers[index] if index is not None else None, value=value[:60])


async def _remember(
    unit: Work, channel: Channel, opened: Opened, columns: ResultColumns, meanings: dict[str, Verdict]
) -> None:
    """Keeps the columns of this layout for every company, and what its words mean for this one alone."""
    words = {word: verdict.value for word, verdict in (opened.words | meanings).items()}
    for mark, known in zip(opened.marks, ({}, words), strict=True):
        layout = ResultLayout.filter(channel=channel.value, fingerprint=mark)
        plain: dict[str, Any] = {
            "columns": orjson.dumps(asdict(columns)).decode(),
            "words": orjson.dumps(known).decode(),
        }
        if await layout.update(**plain) or await layout.exists():
            continue
        await ResultLayout.create(
            id=unit.new_id(),
            channel=channel.value,
            fingerprint=mark,
            headers=orjson.dumps(opened.table.headers).decode(),
            created_by_id=unit.actor.staff_id,
            created_at=unit.now,
            **plain,
        )


async def _note(unit: Work, batch: Batch, channel: Channel, done: Imported) -> int:
    """Notes in the audit log what the import came to, under an id of the import's own."""
    import_id, skipped = unit.new_id(), defaultdict(list)
    for found in done.skipped:
        skipped[found.code].append(found.row)
    counts = {name: getattr(done, field) for field, name in _COUNTS.items()}
    company_id = batch.company_id  # type: ignore[attr-defined]
    about = {"批次": batch.number, "渠道": CHANNEL_LABELS[channel][0]}
    await unit.audit(_NOTED, "result_import", import_id, company_id, **about, **counts, 略过=skipped)
    return import_id


async def _first_answer(batch_id: int, import_id: int) -> Imported:
    """What the import came to when it was done; of what was left out then, the kind of problem and the row."""
    line = await Audit.get_or_none(subject_kind="result_import", subject_id=import_id, act=_NOTED)
    told = orjson.loads(line.detail) if line else {}
    counts = {field: told.get(name, 0) for field, name in _COUNTS.items()}
    rows = sorted((row, code) for code, found in told.get("略过", {}).items() for row in found)
    return Imported(batch_id, **counts, skipped=tuple(problem.left_out(code, row) for row, code in rows))
