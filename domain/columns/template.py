"""Columns of the import templates that the product hands out: headers, explanations, examples and drop-downs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.columns.fields import FIELDS, ImportKind
from domain.legal_basis import LEGAL_BASES
from domain.over_age import DECISION_WORDS

_YES_NO = ("是", "否")
LEGAL_BASIS_CHOICES = tuple(words.label for words in LEGAL_BASES.values())
OVER_AGE_CHOICES = tuple(words[0] for words in DECISION_WORDS.values())
ID_KIND_CHOICES = ("居民身份证", "港澳台居民居住证", "外国人永久居留身份证", "护照")


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of a template. `text` columns are formatted as text, so that long numbers keep every digit."""

    header: str
    required: bool
    explanation: str
    example: str
    choices: tuple[str, ...] = ()
    text: bool = False


TEMPLATE_NOTES: tuple[str, ...] = (
    "请在第一个工作表中填写，一人一行；表头名称和列的顺序可以改动，系统会自动识别。",
    "带 * 的列必填。证件号码、手机号、银行卡号请保持“文本”格式，否则表格软件会丢失第 15 位以后的数字。",
    "月份可写 2026-11、2026年11月 或 202611；金额可带千分位。",
    "本页仅供阅读，不会被导入。",
)

# name -> (explanation, example); a field that is not listed here is understood when present but not offered.
_ENROLL: dict[str, tuple[str, str]] = {
    "name": ("与证件一致", "张三"),
    "id_kind": ("不填按居民身份证", "居民身份证"),
    "id_number": ("18 位，文本格式", "11010519491231002X"),
    "phone": ("11 位手机号", "13900000000"),
    "bank_card": ("可不填", ""),
    "base": ("本人申报的月工资（元），超出城市上下限的由系统按上下限计", "8500.00"),
    "housing_base": ("与申报工资相同时可不填", "8500.00"),
    "housing_rate": ("5%–12%，参加公积金时填写；不填按公司默认", "12%"),
    "city": ("不填按公司所在城市", "北京"),
    "scheme": ("填写方案后，险种可不填", ""),
    "kind_pension": ("是 / 否", "是"),
    "kind_medical": ("是 / 否", "是"),
    "kind_unemployment": ("是 / 否", "是"),
    "kind_work_injury": ("是 / 否", "是"),
    "kind_maternity": ("是 / 否；已与医疗合并的城市可不填", ""),
    "kind_housing_fund": ("是 / 否", "是"),
    "start_month": ("开始缴费的月份；不填按申报月", "2026-11"),
    "contract_start": ("劳动合同的首日；挂靠参保违法，须有合同", "2026-11-01"),
    "contract_end": ("合同的末日；无固定期限填“无固定期限”；派遣合同不少于两年", "2028-10-31"),
    "legal_basis": ("不填按劳动合同", "劳动合同"),
    "over_age": ("已到法定退休年龄的人员填写", ""),
    "makeup": ("起始月已过申报期时：填“是”补缴，不填则顺延", ""),
    "birth": ("非身份证件必填", ""),
    "sex": ("非身份证件必填", ""),
    "employee_no": ("可不填", "A0012"),
    "department": ("可不填", "研发部"),
    "remark": ("可不填", ""),
}
_TERMINATE: dict[str, tuple[str, str]] = {
    "name": ("与证件一致", "张三"),
    "id_kind": ("不填按居民身份证", "居民身份证"),
    "id_number": ("18 位，文本格式", "11010519491231002X"),
    "last_month": ("仍要缴费的最后一个月：填 2026-11 表示 12 月起停缴", "2026-11"),
    "stop_reason": ("从下拉中选择", "辞职"),
    "leave_date": ("可不填", "2026-11-15"),
    "remark": ("可不填", ""),
}
_WHO: dict[str, tuple[str, str]] = {name: _TERMINATE[name] for name in ("name", "id_kind", "id_number")}
_BASES: dict[str, tuple[str, str]] = {
    "base": ("新的社保申报基数（元）；只改公积金时可不填", "9000.00"),
    "housing_base": ("新的公积金基数（元）；不改可不填", "9000.00"),
    "housing_rate": ("5%–12%；不改可不填", "12%"),
}
_WHY: dict[str, tuple[str, str]] = {"change_reason": ("可不填", ""), "remark": ("可不填", "")}
_BASE_CHANGE: dict[str, tuple[str, str]] = {
    **_WHO,
    **_BASES,
    "start_month": ("新基数从哪个月起；不填按申报月", "2026-11"),
    **_WHY,
}
_ANNUAL_BASE: dict[str, tuple[str, str]] = {
    **_WHO,
    **_BASES,
    "start_month": ("不填按该城市现行政策年度的起始月，如 7 月", "2026-07"),
    "confirmed": ("本人是否已确认基数：填 是 或确认日期", "是"),
    **_WHY,
}
_SCHEME_CHANGE: dict[str, tuple[str, str]] = {
    **_WHO,
    "scheme": ("变更后的方案名称", ""),
    "start_month": ("从哪个月起按新方案；不填按申报月", "2026-11"),
    "base": ("不填沿用现基数；新方案增加了没有基数的险种时必填", ""),
    **_WHY,
}
_TRANSFER: dict[str, tuple[str, str]] = {
    **_WHO,
    "target_company": ("公司全称，须在您的权限范围内", ""),
    "start_month": ("转入单位从哪个月起缴纳；不填按申报月", "2026-11"),
    **_WHY,
}
_PARTICULARS: dict[str, tuple[str, str]] = {
    **_WHO,
    "name": ("现登记的姓名", "张三"),
    "id_number": ("现登记的证件号码，18 位，文本格式", "11010519491231002X"),
    "new_name": ("只填要改的项", ""),
    "new_phone": ("只填要改的项", "13900000000"),
    "new_bank_card": ("只填要改的项", ""),
    "new_id_number": ("只填要改的项，文本格式", ""),
    **_WHY,
}
_OFFERED: dict[ImportKind, dict[str, tuple[str, str]]] = {
    ImportKind.ENROLL: _ENROLL,
    ImportKind.TERMINATE: _TERMINATE,
    ImportKind.BASE_CHANGE: _BASE_CHANGE,
    ImportKind.SCHEME_CHANGE: _SCHEME_CHANGE,
    ImportKind.TRANSFER: _TRANSFER,
    ImportKind.PARTICULARS: _PARTICULARS,
    ImportKind.ANNUAL_BASE: _ANNUAL_BASE,
}
_TEXT_FIELDS = frozenset(
    {"id_number", "phone", "bank_card", "employee_no", "start_month", "last_month", "housing_rate"}
    | {"new_phone", "new_bank_card", "new_id_number"}
)


def template_columns(
    kind: ImportKind,
    *,
    cities: Sequence[str] = (),
    schemes: Sequence[str] = (),
    stop_reasons: Sequence[str] = (),
) -> tuple[TemplateColumn, ...]:
    """Columns of the template of this import, with drop-downs for the given city, scheme and reason names."""
    offered = _OFFERED[kind]
    choices: dict[str, tuple[str, ...]] = {
        "id_kind": ID_KIND_CHOICES,
        "city": tuple(cities),
        "scheme": tuple(schemes),
        "stop_reason": tuple(stop_reasons),
        "sex": ("男", "女"),
        "legal_basis": LEGAL_BASIS_CHOICES,
        "over_age": OVER_AGE_CHOICES,
        "makeup": _YES_NO,
    }
    columns = []
    for spec in FIELDS[kind]:
        if spec.name not in offered:
            continue
        explanation, example = offered[spec.name]
        options = _YES_NO if spec.name.startswith("kind_") else choices.get(spec.name, ())
        columns.append(
            TemplateColumn(
                header=f"{spec.label}*" if spec.required else spec.label,
                required=spec.required,
                explanation=explanation,
                example=example,
                choices=options,
                text=spec.name in _TEXT_FIELDS,
            )
        )
    return tuple(columns)
