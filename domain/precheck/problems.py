"""The texts of everything that can be wrong with a row: Chinese, English, and what to do, in one table."""

from __future__ import annotations

from typing import Final

from domain.errors import Problem, Severity

_Text = tuple[str, str, str, str]

_FIX = "请核对后改正"
_FIX_EN = "Check and correct it"

_ERRORS: Final[dict[str, _Text]] = {
    "required_missing": (
        "“{label}”必填，此处为空",
        "{label_en} is required and empty",
        "请填写{label}",
        "Fill in {label_en}",
    ),
    "id_numeric": (
        "证件号码单元格是数值格式：表格软件只保留 15 位有效数字，后面的数字已经丢失",
        "The document number is stored as a number: spreadsheets keep 15 digits and the rest is already lost",
        "请把该列设为“文本”格式，再对照证件重新填写（改格式不会找回已丢的数字）",
        "Format the column as text and enter the number again (changing the format alone does not bring digits back)",
    ),
    "id_kind_unknown": (
        "证件类型“{value}”无法识别",
        "Unknown document type “{value}”",
        "可填：{allowed}",
        "Possible: {allowed}",
    ),
    "id_kind_mismatch": (
        "证件类型填的是“{value}”，号码却是{found}的形式",
        "The document type says “{value}” but the number has the form of: {found}",
        "请核对证件类型和号码",
        "Check document type and number",
    ),
    "id_details_missing": (
        "该证件的号码里没有出生日期和性别，需要另外填写",
        "This document number holds neither birth date nor sex; both must be given",
        "请在“出生日期”“性别”列填写",
        "Fill in date of birth and sex",
    ),
    "birth_mismatch": (
        "出生日期与证件号码不一致（号码中为 {expected}）",
        "The date of birth differs from the document number ({expected})",
        "请对照证件核对出生日期和证件号码",
        "Compare both with the document",
    ),
    "birth_in_future": ("出生日期 {value} 晚于今天", "The date of birth {value} is in the future", _FIX, _FIX_EN),
    "sex_mismatch": (
        "性别与证件号码不一致（号码中为{expected}）",
        "The sex differs from the document number ({expected_en})",
        "请对照证件核对性别和证件号码",
        "Compare both with the document",
    ),
    "sex_unreadable": ("性别“{value}”无法识别", "Unknown sex “{value}”", "请填 男 或 女", "Enter 男 or 女"),
    "date_unreadable": (
        "{label}“{value}”不是日期",
        "{label_en} “{value}” is not a date",
        "请按 2026-11-03 的形式填写",
        "Write it like 2026-11-03",
    ),
    "date_ambiguous": (
        "{label}“{value}”分不清年、月、日的顺序",
        "In {label_en} “{value}” the order of year, month and day is not clear",
        "请把年份写成四位，如 2026-11 或 2026-11-03",
        "Write the year with four digits, such as 2026-11 or 2026-11-03",
    ),
    "contract_reversed": (
        "合同结束日期早于开始日期",
        "The contract ends before it starts",
        "请核对合同起止日期",
        "Check the dates of the contract",
    ),
    "month_unreadable": (
        "{label}“{value}”不是月份",
        "{label_en} “{value}” is not a month",
        "请按 2026-11 的形式填写",
        "Write it like 2026-11",
    ),
    "month_ambiguous": (
        "{label}“{value}”分不清是 1 月还是 10 月（表格软件会把 2026.10 显示成 2026.1）",
        "{label_en} “{value}” may be January or October (a spreadsheet turns 2026.10 into 2026.1)",
        "请按 2026-01 或 2026-10 的形式填写，并设为文本格式",
        "Write 2026-01 or 2026-10, as text",
    ),
    "month_too_early": (
        "{label} {value} 比申报月 {declared} 早了 {limit} 个月以上",
        "{label_en} {value} is more than {limit} months before the declaration month {declared}",
        "请核对年份；确需补缴的请走补缴业务",
        "Check the year; older months go through makeup payment",
    ),
    "month_too_late": (
        "{label} {value} 比申报月 {declared} 晚了 {limit} 个月以上",
        "{label_en} {value} is more than {limit} months after the declaration month {declared}",
        "请核对年份，或到临近月份再申报",
        "Check the year, or declare nearer to the month",
    ),
    "amount_unreadable": (
        "{label}“{value}”不是金额",
        "{label_en} “{value}” is not an amount",
        "请只填数字，如 8500 或 8,500.00",
        "Enter a number such as 8500 or 8,500.00",
    ),
    "amount_decimals": (
        "{label}“{value}”超过两位小数",
        "{label_en} “{value}” has more than two decimals",
        "请保留到分",
        "Give it in yuan with two decimals at most",
    ),
    "rate_unreadable": (
        "公积金比例“{value}”无法识别",
        "The housing fund rate “{value}” cannot be read",
        "请填单边比例，如 12%",
        "Enter the rate of one side, such as 12%",
    ),
    "rate_sides_differ": (
        "公积金比例“{value}”单位与个人不同",
        "The housing fund rates of employer and employee differ in “{value}”",
        "单位与个人比例须一致，请只填一个，如 12%",
        "Both sides pay the same rate; enter it once, such as 12%",
    ),
    "city_unknown": (
        "参保城市“{value}”没有政策数据",
        "There is no policy data for the city “{value}”",
        "现有城市：{allowed}",
        "Known cities: {allowed}",
    ),
    "city_missing": (
        "没有填写参保城市，公司也没有默认城市",
        "No city is given and the company has no default city",
        "请填写参保城市，或在公司资料中设置默认城市",
        "Fill in the city, or set the company's default city",
    ),
    "scheme_unknown": (
        "方案“{value}”不存在或该公司不可用",
        "The scheme “{value}” does not exist or is not this company's",
        "可用方案：{allowed}",
        "Possible schemes: {allowed}",
    ),
    "kinds_unreadable": (
        "参加险种“{value}”无法识别",
        "The insurance kinds “{value}” cannot be read",
        "请用顿号分隔，如：养老、医疗、失业、工伤、公积金，或填 五险 / 五险一金",
        "Separate them by 、 such as 养老、医疗、失业、工伤、公积金, or write 五险 / 五险一金",
    ),
    "flag_unreadable": (
        "“{value}”既不是“是”也不是“否”",
        "“{value}” is neither yes nor no",
        "请填 是 或 否",
        "Enter 是 or 否",
    ),
    "kinds_conflict": (
        "“参加险种”列写有{kind}，{kind}列却填了“否”",
        "The kinds column names {kind_en} but its own column says no",
        "请核对后统一",
        "Make them agree",
    ),
    "kinds_none": (
        "各险种都填了“否”",
        "Every kind is answered with no",
        "请至少选择一个险种，或删除这一行",
        "Choose at least one kind, or delete the row",
    ),
    "stop_reason_unknown": (
        "停保原因“{value}”无法识别",
        "Unknown stop reason “{value}”",
        "可填：{allowed}",
        "Possible: {allowed_en}",
    ),
    "legal_basis_unknown": (
        "{label}“{value}”无法识别",
        "Unknown legal basis “{value}”",
        "可填：劳动合同、劳务派遣、外包（B）、劳务/超龄用工、灵活就业",
        "Possible: labour contract, dispatch, outsourcing (B), service contract, flexible employment",
    ),
    "over_age_unknown": (
        "超龄处理“{value}”无法识别",
        "Unknown decision on somebody of retirement age “{value}”",
        "可填：未到退休年龄、延长缴费、仅参加工伤",
        "Possible: not_due, extend, injury_only",
    ),
    "nothing_to_change": (
        "这一行没有要变更的内容",
        "This row asks for no change",
        "请至少填写一项：{labels}",
        "Fill in at least one of: {labels}",
    ),
    "not_confirmed_by_person": (
        "本人尚未确认新的缴费基数",
        "The person has not confirmed the new base",
        "请由本人确认（签字）后填“是”或确认日期",
        "Have the person confirm it, then enter 是 or the day",
    ),
    "confirmation_unreadable": (
        "{label}“{value}”无法识别",
        "{label_en} “{value}” cannot be read",
        "请填 是、否 或确认日期，如 2026-07-15",
        "Enter 是, 否 or a day such as 2026-07-15",
    ),
    "card_numeric": (
        "{label}单元格是数值格式，15 位以后的数字已丢失",
        "{label_en} is stored as a number and its digits beyond 15 are lost",
        "请把该列设为“文本”格式后重新填写",
        "Format the column as text and enter it again",
    ),
    "duplicate_in_file": (
        "与第 {first} 行是同一证件号码，重复",
        "The same document number as in row {first}",
        "请删除重复的行，只保留一行",
        "Delete the repeated row and keep one",
    ),
}
_WARNINGS: Final[dict[str, _Text]] = {
    "bank_card_numeric": (
        "银行卡号单元格是数值格式，15 位以后的数字已丢失；本行的银行卡号不会保存",
        "The bank card is stored as a number and its digits beyond 15 are lost; it will not be saved",
        "请把该列设为“文本”格式后重新填写",
        "Format the column as text and enter it again",
    ),
}
_NOTICES: Final[dict[str, _Text]] = {
    "total_row_skipped": (
        "第 {first} 行是合计行，已跳过",
        "Row {first} is a total and was skipped",
        "",
        "",
    ),
    "note_row_skipped": (
        "第 {first} 行（{value}…）是说明或签字行，已跳过",
        "Row {first} ({value}…) is a note or signature line and was skipped",
        "若这一行是人员，请从姓名列起填写完整",
        "If it is a person, fill in the row from the name on",
    ),
}


def problem(code: str, **values: str | int) -> Problem:
    """The problem of that code with its texts filled in; field and place are added by the caller."""
    for texts, severity in ((_ERRORS, Severity.ERROR), (_WARNINGS, Severity.WARNING), (_NOTICES, Severity.NOTICE)):
        if code in texts:
            message, message_en, remedy, remedy_en = (text.format(**values) for text in texts[code])
            return Problem(code, message, message_en, remedy, remedy_en, severity)
    raise KeyError(code)
