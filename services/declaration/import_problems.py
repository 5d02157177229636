"""What may be wrong with a row of a result workbook."""

from __future__ import annotations

from domain.errors import Problem


def not_of_batch() -> Problem:
    """Nobody of this batch has that number."""
    return Problem(
        "result_row_unknown",
        "该人员不在本批次已提交的人员中",
        "This person is not among those submitted with this batch",
        "请确认选择的批次，或选择跳过不属于本批次的行",
        "Check that it is the right batch, or choose to skip rows that are not of it",
        field="id_number",
    )


def twice(first: int) -> Problem:
    """The sheet answers one person twice."""
    return Problem(
        "result_row_twice",
        f"该人员在结果表第 {first} 行已出现",
        f"Row {first} of the sheet answers this person already",
        "请只保留最终结果的一行",
        "Keep only the row with the final result",
        field="id_number",
    )


def answered(row_no: int) -> Problem:
    """The channel has answered the row before, or the row does not concern it."""
    return Problem(
        "row_not_waiting",
        f"批次第 {row_no} 行不在等待该渠道结果的行中",
        f"Row {row_no} of the batch is not waiting for this channel",
        "结果已登记，或该人员没有该渠道的险种",
        "Its result is recorded already, or the person has no kind of this channel",
        field="result",
    )


def word_unknown(word: str) -> Problem:
    """Only the reader can tell what the word means."""
    return Problem(
        "result_word_unknown",
        f"不知道“{word[:20]}”表示成功、失败还是补正",
        f"It is not known whether “{word[:20]}” means accepted, failed or correction",
        "请为这个词选择含义，下次不再询问",
        "Choose its meaning; it will not be asked again",
        field="words",
    )


def id_numeric() -> Problem:
    """Excel has made a number of the document number, so its last digits are lost."""
    return Problem(
        "id_numeric",
        "证件号码为数值格式，末几位已丢失",
        "The document number is stored as a number and has lost its last digits",
        "请将该列设为文本后重新导出结果表",
        "Make the column text and export the result again",
        field="id_number",
    )


def name_differs(row_no: int) -> Problem:
    """Number and name belong to different people."""
    return Problem(
        "result_name_differs",
        f"姓名与批次第 {row_no} 行不一致",
        f"The name differs from row {row_no} of the batch",
        "请核对证件号码与姓名",
        "Check document number and name",
        field="name",
    )


def number_taken() -> Problem:
    """Another person has the account; nobody is named."""
    return Problem(
        "housing_account_taken",
        "该公积金账号在本城市已登记给其他人员",
        "This housing-fund account is registered for somebody else in this city",
        "请与公积金中心核对账号",
        "Check the number with the housing-fund centre",
        field="account",
    )


def nothing() -> Problem:
    """No row of the sheet has an answer."""
    return Problem(
        "result_empty",
        "结果表中没有可登记的结果",
        "The sheet holds no result that could be recorded",
        "请确认结果列已填写",
        "Check that the result column is filled",
    )


def left_out(code: str, row: int) -> Problem:
    """A row that the import left out when it was done; only its place and the kind of problem are kept."""
    return Problem(
        code,
        f"结果表第 {row} 行在首次导入时已略过",
        f"Row {row} of the sheet was left out when it was first imported",
        "请核对该行后单独登记结果",
        "Look at the row and record its result on its own",
        row=row,
    )
