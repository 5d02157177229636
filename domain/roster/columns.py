"""The columns of each roster as data: labels, form, what is required, what is sensitive, and other people's headers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from domain.columns import normalize_header
from domain.roster.kinds import POST_KIND_LABELS, PostKind, RosterKind


class Form(StrEnum):
    """What a column holds: text; an ISO day; a month (yyyymm); fen; a choice; a city's code; a document or phone
    number; the name of a company or project."""

    TEXT = "text"
    DAY = "day"
    MONTH = "month"
    MONEY = "money"
    CHOICE = "choice"
    CITY = "city"
    NUMBER = "number"
    PHONE = "phone"
    COMPANY = "company"
    PROJECT = "project"


Choice = tuple[str, str, str]
"""Value, Chinese word, English word."""


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """One column. `name` is ours, `label` the header that we write, `synonyms` are other headers for the same.

    A sensitive column is masked on screen and never repeated in full in a problem.
    """

    name: str
    label: str
    label_en: str
    form: Form = Form.TEXT
    required: bool = False
    sensitive: bool = False
    choices: tuple[Choice, ...] = ()
    synonyms: tuple[str, ...] = ()
    longest: int = 80


STORED: Final = frozenset(
    {"name", "id_number", "phone", "post", "post_kind", "city", "from_day", "contract_start", "contract_end"}
    | {"company", "project"}
)
"""Columns with a place of their own in the table; the others are kept together as its detail."""


def _column(
    name: str,
    label: str,
    label_en: str,
    form: Form = Form.TEXT,
    synonyms: str = "",
    *,
    required: bool = False,
    sensitive: bool = False,
    choices: tuple[Choice, ...] = (),
    longest: int = 80,
) -> RosterColumn:
    return RosterColumn(name, label, label_en, form, required, sensitive, choices, tuple(synonyms.split()), longest)


_ID_KINDS: Final[tuple[Choice, ...]] = (
    ("resident_id", "居民身份证", "resident ID"),
    ("hk_macau_taiwan_permit", "港澳台居民居住证", "permit of Hong Kong, Macau and Taiwan residents"),
    ("foreigner_permit", "外国人永久居留身份证", "foreigners' permanent residence"),
    ("passport", "护照", "passport"),
)
_SERVICE_MODES: Final[tuple[Choice, ...]] = (("agency", "代理", "agency"), ("custody", "托管", "custody"))
_POST_KINDS: Final = tuple((k.value, *POST_KIND_LABELS[k]) for k in PostKind)

_COMPANY = _column("company", "公司", "Company", Form.COMPANY, "公司名称 客户 客户名称 客户公司 所属公司 单位 单位名称")
_DEPARTMENT = _column("department", "部门", "Department", synonyms="所属部门 所在部门 部门名称")
_PERSON = (
    _column("name", "姓名", "Name", synonyms="员工姓名 人员姓名 名字 name", required=True),
    _column("id_kind", "证件类型", "Document type", Form.CHOICE, "证件种类 证件类别 证照类型", choices=_ID_KINDS),
    _column(
        "id_number",
        "证件号码",
        "Document number",
        Form.NUMBER,
        "证件号 身份证号 身份证号码 公民身份号码 居民身份证号码 身份证 idnumber",
        required=True,
        sensitive=True,
    ),
    _column(
        "phone", "手机号", "Mobile phone", Form.PHONE, "手机 手机号码 移动电话 联系电话 电话 phone", sensitive=True
    ),
)
_CITY = _column("city", "工作地", "Place of work", Form.CITY, "工作城市 工作地点 所在城市 城市 city")
_CONTRACT_START = _column(
    "contract_start", "合同开始日期", "Contract start", Form.DAY, "合同开始 合同起始 合同起始日 合同起始日期 合同起"
)
_CONTRACT_END = _column(
    "contract_end",
    "合同结束日期",
    "Contract end",
    Form.DAY,
    "合同结束 合同终止日期 合同到期日 合同到期 合同到期日期 合同截止日期 合同止",
)
_REMARK = _column("remark", "备注", "Remark", synonyms="备注说明 附注 说明", longest=200)


def _needed(column: RosterColumn) -> RosterColumn:
    return RosterColumn(column.name, column.label, column.label_en, column.form, True, synonyms=column.synonyms)


def _service(prefix: str, label: str, label_en: str) -> tuple[RosterColumn, ...]:
    """The columns of one of the two services: social insurance and housing fund."""

    def one(
        name: str, text: str, english: str, form: Form = Form.TEXT, choices: tuple[Choice, ...] = ()
    ) -> RosterColumn:
        return _column(f"{prefix}_{name}", f"{label}{text}", f"{label_en}: {english}", form, choices=choices)

    return (
        one("mode", "服务方式", "service", Form.CHOICE, choices=_SERVICE_MODES),
        one("city", "缴金地", "place", Form.CITY),
        one("agency", "经办机构", "agency"),
        one("tier", "比例" if prefix == "fund" else "档次", "rate" if prefix == "fund" else "tier"),
        one("base", "基数", "base", Form.MONEY),
        one("from", "服务起始月", "first month", Form.MONTH),
        one("to", "服务结束月", "last month", Form.MONTH),
        one("bill_from", "账单起始月", "first billed month", Form.MONTH),
    )


_SERVICES = (*_service("social", "社保", "Social insurance"), *_service("fund", "公积金", "Housing fund"))


def _outsourcing(ours: bool) -> tuple[RosterColumn, ...]:
    contract = (_CONTRACT_START, _CONTRACT_END)
    return (
        _COMPANY,
        _DEPARTMENT,
        *_PERSON,
        _CITY,
        _column("post", "岗位", "Post", synonyms="职位 岗位名称 职务"),
        *((_needed(_CONTRACT_START), _CONTRACT_END) if ours else contract),
        _column("from_day", "开始日期", "From", Form.DAY, "入职日期 服务开始日期 起始日期"),
        *_SERVICES,
        _REMARK,
    )


COLUMNS: Final[dict[RosterKind, tuple[RosterColumn, ...]]] = {
    RosterKind.DISPATCH: (
        _column(
            "dispatcher", "派遣单位", "Dispatching company", synonyms="派遣公司 劳务派遣单位 派遣机构", required=True
        ),
        _column("company", "用工单位", "Host company", Form.COMPANY, "用工公司 公司 公司名称 实际用工单位"),
        _DEPARTMENT,
        *_PERSON,
        _CITY,
        _column("post", "岗位", "Post", synonyms="职位 岗位名称 工作岗位", required=True),
        _column(
            "post_kind",
            "岗位性质",
            "Kind of post",
            Form.CHOICE,
            "岗位类别 岗位类型 三性岗位 用工性质",
            required=True,
            choices=_POST_KINDS,
        ),
        _column("from_day", "派遣开始日期", "Dispatched from", Form.DAY, "派遣起 派遣起始日期 派遣开始", required=True),
        _column("to_day", "派遣结束日期", "Dispatched until", Form.DAY, "派遣止 派遣终止日期 派遣结束 派遣到期日"),
        _needed(_CONTRACT_START),
        _needed(_CONTRACT_END),
        _REMARK,
    ),
    RosterKind.OUTSOURCING_A: _outsourcing(ours=False),
    RosterKind.OUTSOURCING_B: _outsourcing(ours=True),
    RosterKind.SUBCONTRACT: (
        _COMPANY,
        _column("project", "项目", "Project", Form.PROJECT, "项目名称 工程名称 所属项目", required=True),
        _column("contractor", "分包单位", "Contractor", synonyms="分包公司 分包商 劳务公司", required=True),
        _column("team", "班组", "Team", synonyms="班组名称 所属班组"),
        *_PERSON,
        _CITY,
        _column("post", "工种", "Trade", synonyms="岗位 职业工种 作业工种", required=True),
        _column("from_day", "进场日期", "On site from", Form.DAY, "进场时间 进场", required=True),
        _column("to_day", "退场日期", "On site until", Form.DAY, "退场时间 退场 计划退场日期"),
        _CONTRACT_START,
        _CONTRACT_END,
        _REMARK,
    ),
}
"""The columns of each roster, in the order of its table, import and export."""

PERIOD_HEADERS: Final = frozenset(map(normalize_header, ("合同起止", "合同起止日期", "合同期限", "合同期")))
"""Headers of a column that holds both days of the contract."""


@cache
def by_name(kind: RosterKind) -> dict[str, RosterColumn]:
    """The columns of a roster by name."""
    return {column.name: column for column in COLUMNS[kind]}


@cache
def by_header(kind: RosterKind) -> dict[str, str]:
    """Column names by header in the plain form of `normalize_header`."""
    found: dict[str, str] = {}
    for column in COLUMNS[kind]:
        for text in (column.label, column.label_en, column.name, *column.synonyms):
            found.setdefault(normalize_header(text), column.name)
    return found
