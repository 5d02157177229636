"""The fields of each kind of import, with the headers that bureaus and client companies use for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ImportKind(StrEnum):
    """What an imported sheet asks for: enrol people (增员), stop them (减员), or change what is on file (异动)."""

    ENROLL = "enroll"
    TERMINATE = "terminate"
    BASE_CHANGE = "base_change"
    SCHEME_CHANGE = "scheme_change"
    TRANSFER = "transfer"
    PARTICULARS = "particulars"
    ANNUAL_BASE = "annual_base"


IMPORT_KIND_LABELS: Final[dict[ImportKind, tuple[str, str]]] = {
    ImportKind.ENROLL: ("增员", "enrolment"),
    ImportKind.TERMINATE: ("减员", "termination"),
    ImportKind.BASE_CHANGE: ("基数变更", "change of base"),
    ImportKind.SCHEME_CHANGE: ("方案变更", "change of scheme"),
    ImportKind.TRANSFER: ("单位变更", "transfer between companies"),
    ImportKind.PARTICULARS: ("信息变更", "change of particulars"),
    ImportKind.ANNUAL_BASE: ("年度调基", "yearly change of bases"),
}
"""Each kind's name in Chinese and in English."""

BASE_KINDS: Final = frozenset({ImportKind.BASE_CHANGE, ImportKind.ANNUAL_BASE})
"""The kinds that declare a new base for people who are enrolled already."""

CHANGE_KINDS: Final = BASE_KINDS | {ImportKind.SCHEME_CHANGE, ImportKind.TRANSFER, ImportKind.PARTICULARS}
"""The kinds that change what is on file of people who are enrolled already."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of an import.

    `name` is ours, `label` is the header of our own template, `synonyms` are other people's headers for it.
    A sensitive field is never repeated in full in a problem.
    """

    name: str
    label: str
    label_en: str
    required: bool = False
    sensitive: bool = False
    synonyms: tuple[str, ...] = ()


def _field(
    name: str, label: str, label_en: str, synonyms: str = "", *, required: bool = False, sensitive: bool = False
) -> FieldSpec:
    return FieldSpec(name, label, label_en, required, sensitive, tuple(synonyms.split()))


_NAME = _field(
    "name",
    "姓名",
    "Name",
    "员工姓名 职工姓名 参保人姓名 参保人员姓名 被保险人姓名 人员姓名 个人姓名 客户姓名 名字 name",
    required=True,
)
_ID_KIND = _field("id_kind", "证件类型", "Document type", "证件种类 证件类别 身份证件类型 有效身份证件类型 证照类型")
_ID_NUMBER = _field(
    "id_number",
    "证件号码",
    "Document number",
    "公民身份号码 公民身份证号码 居民身份证号码 身份证号码 身份证号 身份证 身份号码 身份证件号码 有效身份证件号码"
    " 证件号 证照号码 社会保障号码 社会保障号 社保号码 idnumber idcard",
    required=True,
    sensitive=True,
)
_PHONE = _field(
    "phone",
    "手机号",
    "Mobile phone",
    "手机 手机号码 本人手机号 移动电话 电话 电话号码 联系电话 联系方式 联系手机 phone mobile",
    sensitive=True,
)
_CITY = _field(
    "city",
    "参保城市",
    "City",
    "城市 参保地 参保地区 参保地市 缴金地 缴纳地 缴纳城市 缴费城市 缴费地 社保城市 社保缴纳地 社保缴金地 city",
)
_EMPLOYEE_NO = _field(
    "employee_no", "工号", "Staff number", "员工编号 员工号 员工工号 职工编号 人员编号 人员工号 employeeno"
)
_DEPARTMENT = _field("department", "部门", "Department", "所属部门 所在部门 部门名称 department")
_HOUSING_ACCOUNT = _field(
    "housing_account",
    "公积金账号",
    "Housing fund account",
    "个人公积金账号 公积金个人账号 住房公积金账号 公积金号 个人客户号 公积金帐号",
    sensitive=True,
)
_REMARK = _field("remark", "备注", "Remark", "备注说明 备注信息 附注 remark")

# Each of these columns answers 是/否 for one kind; `kinds` names several in one cell.
_KIND_COLUMNS: tuple[FieldSpec, ...] = (
    _field("kind_pension", "养老", "Pension", "养老保险 基本养老 基本养老保险 企业养老 城镇职工养老 职工养老 养老险"),
    _field("kind_medical", "医疗", "Medical", "医疗保险 基本医疗 基本医疗保险 职工医疗 医保 医疗险"),
    _field("kind_unemployment", "失业", "Unemployment", "失业保险 失业险"),
    _field("kind_work_injury", "工伤", "Work injury", "工伤保险 工伤险"),
    _field("kind_maternity", "生育", "Maternity", "生育保险 生育险"),
    _field("kind_large_medical", "大病医疗", "Large medical", "大病 大额 大额医疗 大病保险 大额医疗互助 大病医疗保险"),
    _field("kind_housing_fund", "公积金", "Housing fund", "住房公积金 是否缴公积金 公积金是否缴纳"),
    _field("kind_supplementary_housing_fund", "补充公积金", "Supplementary housing fund", "补充住房公积金"),
)
KIND_FIELDS: tuple[str, ...] = tuple(spec.name for spec in _KIND_COLUMNS)

_ENROLL: tuple[FieldSpec, ...] = (
    _NAME,
    _ID_KIND,
    _ID_NUMBER,
    _PHONE,
    _field(
        "bank_card",
        "银行卡号",
        "Bank card",
        "银行卡 银行账号 银行帐号 银行账户 工资卡号 工资卡 收款账号 开户账号 卡号",
        sensitive=True,
    ),
    _field(
        "base",
        "申报工资",
        "Declared wage",
        "缴费基数 申报基数 参保基数 社保基数 社保缴费基数 社会保险基数 基数 申报月工资收入 申报月工资收入元 申报工资元"
        " 申报缴费工资 缴费工资 月缴费工资 月工资收入 月工资 月均工资 月平均工资 工资收入 工资 base",
        required=True,
    ),
    _field(
        "housing_base",
        "公积金基数",
        "Housing fund base",
        "公积金缴存基数 公积金缴费基数 住房公积金基数 住房公积金缴存基数 缴存基数 公积金工资基数 基数公积金",
    ),
    _field(
        "housing_rate",
        "公积金比例",
        "Housing fund rate",
        "公积金缴存比例 公积金缴费比例 住房公积金比例 住房公积金缴存比例 缴存比例 公积金档次 公积金档次比例",
    ),
    _HOUSING_ACCOUNT,
    _CITY,
    _field("category", "参保类别", "Insured category", "参保身份 缴费人员类别 人员类别 参保人员类别 人员身份"),
    _field("scheme", "方案", "Scheme", "参保方案 方案名称 社保方案 缴纳方案"),
    _field("kinds", "参加险种", "Insurance kinds", "险种 参保险种 缴纳险种 投保险种 参保项目 缴费险种 增员险种"),
    *_KIND_COLUMNS,
    _field(
        "start_month",
        "起始月",
        "Start month",
        "起始月份 起始年月 参保时间 参保日期 参保月份 参保年月 参保起始月 增加日期 增加时间 增加月份 增员日期 增员月份"
        " 起缴月 起缴月份 起缴年月 社保起缴月 社保起始月 服务起始月 社保服务起始月 开始月份 缴费起始月 缴费开始月"
        " 缴费起始年月 开始缴费月份 生效月份 startmonth",
    ),
    _field(
        "contract_start",
        "合同开始日期",
        "Contract start",
        "合同开始 合同起始 合同起始日 合同起始日期 合同开始时间 合同起始时间 劳动合同开始日期 劳动合同起始日期",
    ),
    _field(
        "contract_end",
        "合同结束日期",
        "Contract end",
        "合同结束 合同终止日期 合同终止日 合同到期日 合同到期日期 合同结束时间 劳动合同结束日期 劳动合同终止日期",
    ),
    _field("contract_period", "合同起止", "Contract period", "合同起止日期 合同起止时间 合同期限 劳动合同期限"),
    _field(
        "legal_basis",
        "用工形式",
        "Legal basis",
        "参保依据 合作方式 用工性质 用工方式 用工类型 合同类型 劳动关系类型 合作形式 legalbasis",
    ),
    _field(
        "over_age",
        "超龄处理",
        "Decision over age",
        "超龄用工 超龄人员处理 延长缴费 退休年龄处理 是否延长缴费 overage",
    ),
    _field("makeup", "补缴", "Makeup", "是否补缴 需要补缴 是否需要补缴 makeup"),
    _field("hired_on", "入职日期", "Hired on", "入职时间 到岗日期 用工日期 用工起始日期"),
    _field("birth", "出生日期", "Date of birth", "出生年月 出生年月日 生日 出生时间"),
    _field("sex", "性别", "Sex", "sex gender"),
    _EMPLOYEE_NO,
    _DEPARTMENT,
    _field("hukou", "户口性质", "Household registration", "户籍性质 户口类型 户籍类型 户籍 户口"),
    _field("education", "文化程度", "Education", "学历"),
    _field("enroll_reason", "增加原因", "Reason", "增员原因 参保原因 个人缴费恢复原因 个人缴费原因 变更类型"),
    _REMARK,
)

_TERMINATE: tuple[FieldSpec, ...] = (
    _NAME,
    _ID_KIND,
    _ID_NUMBER,
    _field(
        "last_month",
        "最后缴费月",
        "Last contribution month",
        "最后缴费月份 最后缴费年月 最后参保月 末次缴费月 缴费截止月 缴费截止月份 截止月份 截止年月 停保月"
        " 停保月份 停保年月 停保时间 停保日期 停缴月 停缴月份 停缴年月 社保停缴月 减员月 减员月份 减员日期 减员时间"
        " 减少日期 减少月份 减少时间 终止月份 服务结束月 社保服务结束月 结束月 lastmonth",
        required=True,
    ),
    _field(
        "stop_reason",
        "停保原因",
        "Stop reason",
        "减少原因 减员原因 停缴原因 停止缴费原因 离职原因 变动原因 终止原因 原因 reason",
        required=True,
    ),
    _field("leave_date", "离职日期", "Leave date", "离职时间 最后工作日 解除合同日期 终止合同日期"),
    _PHONE,
    _CITY,
    _HOUSING_ACCOUNT,
    _EMPLOYEE_NO,
    _DEPARTMENT,
    _REMARK,
)

_FROM_MONTH = _field(
    "start_month",
    "起始月",
    "From month",
    "起始月份 起始年月 生效月 生效月份 生效年月 生效日期 生效时间 执行月 执行月份 执行年月 变更月份 变更年月 变更月"
    " 变更日期 变更时间 调整月份 调整年月 调整月 调整日期 起调月 起调月份 调基月份 startmonth frommonth",
)
_CHANGE_REASON = _field("change_reason", "原因", "Reason", "变更原因 调整原因 变动原因 异动原因 调动原因 reason")
_NEW_BASE = _field(
    "base",
    "新申报基数",
    "New base",
    "新基数 新缴费基数 新社保基数 新缴费工资 新申报工资 新工资 新社保缴费基数 调整后基数 变更后基数 变更后缴费基数"
    " 调整后缴费基数 调整后社保基数 变更后社保基数 调整后工资 变更后工资 申报基数 缴费基数 社保基数 社保缴费基数"
    " 申报工资 缴费工资 上年度月平均工资 上年月均工资 月平均工资 月均工资 申报缴费工资 newbase base",
)
_NEW_HOUSING_BASE = _field(
    "housing_base",
    "公积金新基数",
    "New housing fund base",
    "新公积金基数 公积金基数 公积金缴存基数 新公积金缴存基数 住房公积金基数 住房公积金缴存基数 缴存基数 新缴存基数"
    " 调整后公积金基数 变更后公积金基数 调整后缴存基数 变更后缴存基数",
)
_NEW_HOUSING_RATE = _field(
    "housing_rate",
    "公积金新比例",
    "New housing fund rate",
    "新公积金比例 公积金比例 公积金缴存比例 缴存比例 新缴存比例 住房公积金比例 调整后公积金比例 变更后公积金比例"
    " 调整后缴存比例 变更后缴存比例",
)
_BASE_CHANGE: tuple[FieldSpec, ...] = (
    _NAME,
    _ID_KIND,
    _ID_NUMBER,
    _NEW_BASE,
    _NEW_HOUSING_BASE,
    _NEW_HOUSING_RATE,
    _FROM_MONTH,
    _CHANGE_REASON,
    _EMPLOYEE_NO,
    _DEPARTMENT,
    _REMARK,
)
_ANNUAL_BASE: tuple[FieldSpec, ...] = (
    *_BASE_CHANGE[:-4],
    _field(
        "confirmed",
        "本人确认",
        "Confirmed by the person",
        "职工确认 员工确认 个人确认 本人是否确认 本人签字 职工签字 员工签字 是否确认 确认日期 本人确认日期 签字日期"
        " 签字确认 confirmed",
        required=True,
    ),
    *_BASE_CHANGE[-4:],
)
_SCHEME_CHANGE: tuple[FieldSpec, ...] = (
    _NAME,
    _ID_KIND,
    _ID_NUMBER,
    _field(
        "scheme",
        "新方案",
        "New scheme",
        "变更后方案 调整后方案 新参保方案 新社保方案 转入方案 目标方案 方案 方案名称 参保方案 newscheme scheme",
        required=True,
    ),
    _FROM_MONTH,
    _field(
        "base", "申报工资", "Declared wage", "新申报基数 新基数 申报基数 缴费基数 社保基数 缴费工资 月工资 工资 base"
    ),
    _CHANGE_REASON,
    _EMPLOYEE_NO,
    _DEPARTMENT,
    _REMARK,
)
_TRANSFER: tuple[FieldSpec, ...] = (
    _NAME,
    _ID_KIND,
    _ID_NUMBER,
    _field(
        "target_company",
        "转入单位",
        "Company moved to",
        "转入公司 转入单位名称 转入公司名称 新单位 新公司 新单位名称 调入单位 调入公司 目标单位 目标公司 变更后单位"
        " 变更后公司 接收单位 targetcompany",
        required=True,
    ),
    _FROM_MONTH,
    _CHANGE_REASON,
    _EMPLOYEE_NO,
    _DEPARTMENT,
    _REMARK,
)
_PARTICULARS: tuple[FieldSpec, ...] = (
    _NAME,
    _ID_KIND,
    _ID_NUMBER,
    _field("new_name", "新姓名", "New name", "变更后姓名 更正后姓名 正确姓名 修改后姓名 newname"),
    _field(
        "new_phone",
        "新手机号",
        "New mobile phone",
        "新手机 新手机号码 新电话 新联系电话 变更后手机号 变更后电话 变更后手机号码 更正后手机号 newphone",
        sensitive=True,
    ),
    _field(
        "new_bank_card",
        "新银行卡号",
        "New bank card",
        "新银行卡 新卡号 新银行账号 新工资卡号 变更后银行卡号 变更后卡号 更正后银行卡号 变更后银行账号 newbankcard",
        sensitive=True,
    ),
    _field(
        "new_id_number",
        "新证件号码",
        "New document number",
        "新证件号 新身份证号 新身份证号码 变更后证件号码 变更后身份证号 变更后身份证号码 更正后证件号码 更正后身份证号"
        " 正确证件号码 正确身份证号 newidnumber",
        sensitive=True,
    ),
    _CHANGE_REASON,
    _EMPLOYEE_NO,
    _DEPARTMENT,
    _REMARK,
)

FIELDS: dict[ImportKind, tuple[FieldSpec, ...]] = {
    ImportKind.ENROLL: _ENROLL,
    ImportKind.TERMINATE: _TERMINATE,
    ImportKind.BASE_CHANGE: _BASE_CHANGE,
    ImportKind.SCHEME_CHANGE: _SCHEME_CHANGE,
    ImportKind.TRANSFER: _TRANSFER,
    ImportKind.PARTICULARS: _PARTICULARS,
    ImportKind.ANNUAL_BASE: _ANNUAL_BASE,
}

_BY_NAME: dict[tuple[ImportKind, str], FieldSpec] = {
    (kind, spec.name): spec for kind, specs in FIELDS.items() for spec in specs
}


def field_spec(kind: ImportKind, name: str) -> FieldSpec | None:
    """The field of that name in this kind of import, or None when the import has no such field."""
    return _BY_NAME.get((kind, name))
