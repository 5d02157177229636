"""The audit log: reading it by subject or as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from anyio import to_thread

from db.clock import BEIJING, business_day
from db.models.audit import Audit
from db.scope import company, company_sql
from db.sql import fetch, fetch_value
from db.transaction import work
from domain.actor import Actor
from domain.columns import CellValue
from domain.errors import Problem, Refusal
from services import file
from services.paging import Page, Window, page_of
from services.ports import Ports

LABELS: dict[str, tuple[str, str]] = {
    "company.create": ("新建公司", "company added"),
    "company.update": ("修改公司", "company changed"),
    "company.move": ("调整上级公司", "moved under another parent"),
    "company.contract_add": ("登记客户合同", "client contract added"),
    "company.contract_renew": ("续签客户合同", "client contract renewed"),
    "company.contract_end": ("提前终止客户合同", "client contract ended"),
    "company.contact_save": ("保存客户联系人", "client contact saved"),
    "company.contact_retire": ("移除客户联系人", "client contact removed"),
    "company.contact_reveal": ("查看客户联系人电话", "client contact revealed"),
    "supplier.create": ("新建供应商", "supplier added"),
    "supplier.update": ("修改供应商", "supplier changed"),
    "supplier.deactivate": ("停用供应商", "supplier taken out of use"),
    "supplier.reactivate": ("启用供应商", "supplier taken into use"),
    "supplier.contract_add": ("登记供应商合同", "supplier contract added"),
    "supplier.contract_renew": ("续签供应商合同", "supplier contract renewed"),
    "supplier.contract_end": ("提前终止供应商合同", "supplier contract ended"),
    "supplier.contact_save": ("保存供应商联系人", "supplier contact saved"),
    "supplier.contact_retire": ("移除供应商联系人", "supplier contact removed"),
    "supplier.contact_reveal": ("查看供应商联系人电话", "supplier contact revealed"),
    "supplier.document_add": ("登记供应商证照", "supplier document added"),
    "supplier.document_retire": ("移除供应商证照", "supplier document removed"),
    "supplier.price": ("设置供应商单价", "supplier price set"),
    "supplier.price_retire": ("移除供应商单价", "supplier price removed"),
    "supplier.score": ("评价供应商", "supplier scored"),
    "scheme.supplier": ("方案改选供应商", "supplier of a scheme chosen"),
    "role.create": ("新建角色", "role added"),
    "role.rename": ("角色改名", "role renamed"),
    "role.permissions": ("调整角色权限", "permissions of a role changed"),
    "role.delete": ("删除角色", "role deleted"),
    "staff.create": ("新建账号", "account added"),
    "staff.update": ("修改账号", "account changed"),
    "staff.deactivate": ("停用账号", "account put out of use"),
    "staff.reactivate": ("启用账号", "account put into use"),
    "staff.password_reset": ("重置密码", "password reset"),
    "staff.forced_sign_out": ("强制退出", "signed out by an administrator"),
    "reminder.run": ("到期提醒", "reminders told"),
    "audit.workbook": ("导出操作日志", "audit log exported"),
    "scheme.create": ("新建方案", "scheme added"),
    "scheme.version": ("保存方案版本", "scheme version saved"),
    "scheme.version_retire": ("停用方案版本", "scheme version retired"),
    "batch.create": ("上传文件", "file uploaded"),
    "batch.checked": ("检查完成", "checked"),
    "batch.failed": ("导入失败", "import failed"),
    "batch.confirm": ("确认，提交审核", "confirmed, sent for approval"),
    "batch.withdraw": ("撤回", "withdrawn"),
    "batch.approve": ("审核通过", "approved"),
    "batch.reject": ("驳回", "rejected"),
    "batch.submit": ("提交经办机构", "submitted to the bureau"),
    "batch.declared": ("生成申报表", "declaration workbook made"),
    "batch.result": ("登记办理结果", "result recorded"),
    "batch.undo": ("撤销批次", "batch undone"),
    "batch.remap": ("重新指定列", "columns chosen again"),
    "batch.correct_row": ("更正一行", "row corrected"),
    "batch.fix_rows": ("批量更正", "rows repaired"),
    "batch.map_values": ("指定取值含义", "values given a meaning"),
    "batch.join": ("并入错误表", "error workbook joined"),
    "batch.forget_columns": ("忘记列的对应", "columns forgotten"),
    "declaration.made": ("生成渠道申报表", "channel workbook made"),
    "declaration.handed_in": ("登记申报回执", "receipt recorded"),
    "declaration.imported": ("导入办理结果表", "result workbook imported"),
    "person.corrected": ("更正个人信息", "particulars corrected"),
    "feedback.correct": ("更正后重新申报", "corrected and declared again"),
    "feedback.again": ("重新申报", "declared again"),
    "feedback.close": ("关闭反馈", "feedback closed"),
    "feedback.assign": ("转交反馈", "feedback given to another"),
    "feedback.overdue": ("反馈逾期提醒", "feedback overdue"),
    "housing_account.number": ("登记公积金账号", "housing-fund number entered"),
    "housing_account.change": ("公积金封存或启封", "housing-fund account sealed or unsealed"),
    "batch.error_workbook": ("下载错误表", "error workbook downloaded"),
    "batch.annual_base_template": ("生成年度调基表", "yearly base sheet made"),
    "approval.vote": ("审核一步", "one step decided"),
    "approval.flow": ("保存审核流程", "approval flow saved"),
    "approval.flow_retired": ("停用审核流程", "approval flow retired"),
    "approval.delegate": ("委托审核", "approvals delegated"),
    "approval.delegate_ended": ("结束委托", "delegation ended"),
    "approval.overdue": ("审核超时提醒", "approval overdue"),
    "blacklist.add": ("加入黑名单", "added to the blacklist"),
    "blacklist.import": ("导入黑名单", "blacklist imported"),
    "blacklist.extend": ("延长黑名单期限", "blacklist entry extended"),
    "blacklist.release_asked": ("申请解除黑名单", "release asked for"),
    "blacklist.released": ("解除黑名单", "released from the blacklist"),
    "blacklist.release_rejected": ("解除申请被驳回", "release rejected"),
    "key.reseal": ("重新加密", "sealed anew"),
    "bill.draft": ("计算账单", "bill computed"),
    "bill.confirm": ("确认账单", "bill confirmed"),
    "bill.close": ("关账", "bill closed"),
    "bill.workbook": ("下载账单", "bill downloaded"),
    "bill.payroll": ("下载个人代扣表", "payroll deductions downloaded"),
    "bill.detail": ("下载缴费明细告知表", "personal details downloaded"),
    "file.download": ("下载文件", "file downloaded"),
    "person.reveal": ("查看明文", "value revealed"),
    "staff.sign_in": ("登录", "signed in"),
    "staff.sign_in_failed": ("登录失败", "sign-in failed"),
    "staff.sign_out": ("退出", "signed out"),
    "staff.revoke_session": ("注销会话", "session revoked"),
    "staff.change_password": ("修改密码", "password changed"),
    "staff.locked": ("账号锁定", "account locked"),
    "staff.second_factor_begun": ("开始设置两步验证", "second factor begun"),
    "staff.second_factor_on": ("开启两步验证", "second factor on"),
    "staff.second_factor_off": ("停用两步验证", "second factor off"),
    "staff.recovery_used": ("使用恢复码", "recovery code used"),
    "staff.sms_code": ("发送短信验证码", "code sent by text message"),
    "staff.phone_on": ("绑定手机", "phone confirmed"),
    "staff.phone_off": ("解绑手机", "phone removed"),
    "staff.second_factor_reset": ("重置两步验证", "second factor reset"),
    "staff.unlocked": ("解锁账号", "account unlocked"),
    "outbox.given_up": ("后台任务放弃", "background task given up"),
    "policy.load": ("载入政策", "policies loaded"),
    "policy.confirm": ("确认政策", "policy confirmed"),
    "policy.export": ("导出政策", "policies exported"),
    "policy.import": ("导入政策", "policies imported"),
    "policy.rule": ("设置地方规则", "local rule set"),
    "export.start": ("导出列表", "list exported"),
    "export.cancel": ("取消导出", "export cancelled"),
    "export.done": ("导出完成", "export made"),
    "export.failed": ("导出失败", "export failed"),
    "export.cleanup": ("删除过期的导出文件", "old export files deleted"),
    "filter.save": ("保存筛选", "filter saved"),
    "filter.delete": ("删除筛选", "filter deleted"),
    "form.create": ("生成问卷链接", "questionnaires sent"),
    "form.resend": ("重新生成问卷链接", "questionnaire link made anew"),
    "form.cancel": ("取消问卷链接", "questionnaire called off"),
    "form.answer": ("提交问卷", "questionnaire answered"),
    "form.reveal": ("查看问卷答案明文", "answer revealed"),
    "ledger.reverse": ("冲销", "reversed"),
    "roster.add": ("添加花名册人员", "person added to a roster"),
    "roster.edit": ("修改花名册人员", "roster entry edited"),
    "roster.move": ("花名册转类", "moved to another roster"),
    "roster.renew": ("续签合同", "contract renewed"),
    "roster.leave": ("登记离场", "person left the roster"),
    "roster.attach": ("添加材料", "paper attached"),
    "roster.retire": ("停用材料", "paper retired"),
    "roster.import": ("导入花名册", "roster imported"),
    "roster.export": ("导出花名册", "roster exported"),
    "roster.reveal": ("查看花名册明文", "roster value revealed"),
    "roster.headcount": ("登记用工单位人数", "headcount recorded"),
    "roster.project_add": ("新建分包项目", "project added"),
    "roster.project_edit": ("修改分包项目", "project edited"),
    "roster.project_end": ("结束分包项目", "project ended"),
    "talent.add": ("加入人才库", "added to the talent pool"),
    "talent.edit": ("修改人才资料", "talent edited"),
    "talent.consent": ("登记入库同意", "consent recorded"),
    "talent.withdraw": ("撤回入库同意", "consent withdrawn"),
    "talent.erase": ("删除个人信息", "personal data erased"),
    "talent.reveal": ("查看人才联系方式", "phone of a talent revealed"),
}


HEADERS = ("时间", "操作人", "操作", "代码", "对象", "内容")
LARGEST_EXPORT = 50_000
CHUNK = 5_000
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Part of the actor's name, the act, the kind of subject, a company with its branches, first and last day."""

    actor: str = ""
    act: str = ""
    subject_kind: str = ""
    company_id: int | None = None
    from_day: date | None = None
    to_day: date | None = None

    def told(self) -> dict[str, str]:
        """What was asked for, as it is noted."""
        said = {"操作人": self.actor, "操作": self.act, "对象": self.subject_kind}
        days = {"起": str(self.from_day or ""), "止": str(self.to_day or "")}
        return {name: text[:60] for name, text in (said | days).items() if text}


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry. `detail` is a short text made of the recorded values."""

    id: int
    at: int
    actor: str
    act: str
    subject: str
    detail: str


async def of_subject(kind: str, subject_id: int, limit: int = 100) -> list[AuditRow]:
    """What happened to one record, oldest first. The caller has already checked that the record may be seen."""
    rows = await Audit.filter(subject_kind=kind, subject_id=subject_id).order_by("id").limit(limit).values()
    return [_row(r) for r in rows]


async def log(actor: Actor, window: Window, wanted: Filter = EVERYTHING) -> Page[AuditRow]:
    """The log, newest first. Entries that belong to no company are shown to unrestricted staff only."""
    actor.require("audit.read")
    condition, values = await _conditions(actor, wanted)
    if window.before_id:
        condition, values = f"({condition}) AND id < ?", [*values, window.before_id]
    rows = await fetch(f"SELECT * FROM audit WHERE {condition} ORDER BY id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_row(r) for r in rows], window)


async def workbook(ports: Ports, actor: Actor, wanted: Filter) -> int:
    """A workbook of what the filter finds, oldest first; noted in the log itself. Answers the file's id.

    Refused (`audit_too_many`) above 50,000 entries.
    """
    actor.require("audit.read")
    condition, values = await _conditions(actor, wanted)
    count = int(await fetch_value(f"SELECT COUNT(*) FROM audit WHERE {condition}", values))
    if count > LARGEST_EXPORT:
        raise Refusal(_too_many(count))
    lines: list[list[CellValue]] = []
    last = 0
    while found := await fetch(
        f"SELECT * FROM audit WHERE ({condition}) AND id > ? ORDER BY id LIMIT ?", [*values, last, CHUNK]
    ):
        last = found[-1]["id"]
        lines += [_line(_row(r)) for r in found]
    content = await to_thread.run_sync(ports.sheets.table_workbook, "操作日志", HEADERS, lines, [])
    async with work(ports.store, actor) as unit:
        name = f"操作日志-{business_day(unit.now)}.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, content, "audit")
        await unit.audit("audit.workbook", "stored_file", file_id, wanted.company_id, 行数=len(lines), **wanted.told())
    return file_id


async def _conditions(actor: Actor, wanted: Filter) -> tuple[str, list[Any]]:
    condition, values = company_sql(actor, "company_id")
    parts = [f"({condition})"]
    if text := wanted.actor.strip():
        escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        parts.append("actor_name LIKE ? ESCAPE '!'")
        values.append(f"%{escaped}%")
    for column, value in (("act", wanted.act), ("subject_kind", wanted.subject_kind)):
        if value.strip():
            parts.append(f"{column} = ?")
            values.append(value.strip())
    if wanted.company_id is not None:
        # The whole branch below the company, as far as it may be seen.
        path = (await company(actor, wanted.company_id)).path
        parts.append("company_id IN (SELECT id FROM company WHERE path LIKE ?)")
        values.append(f"{path}%")
    if wanted.from_day is not None:
        parts.append("at >= ?")
        values.append(_begins(wanted.from_day))
    if wanted.to_day is not None:
        parts.append("at < ?")
        values.append(_begins(wanted.to_day) + DAY_MS)
    return " AND ".join(parts), values


def _begins(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp() * 1000)


def _line(row: AuditRow) -> list[CellValue]:
    when = datetime.fromtimestamp(row.at / 1000, BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    return [when, row.actor, LABELS.get(row.act, (row.act, ""))[0], row.act, row.subject, row.detail]


def _too_many(count: int) -> Problem:
    return Problem(
        "audit_too_many",
        f"符合条件的记录有 {count} 条，一次最多导出 {LARGEST_EXPORT} 条",
        f"{count} entries were found; at most {LARGEST_EXPORT} are exported at a time",
        "请缩短日期范围或增加条件，分几次导出",
        "Narrow the days or the filter and export in parts",
        value=str(count),
    )


def _row(r: dict) -> AuditRow:
    detail = orjson.loads(r["detail"])
    text = "，".join(f"{k}：{v}" for k, v in detail.items())
    return AuditRow(r["id"], r["at"], r["actor_name"], r["act"], f"{r['subject_kind']} {r['subject_id']}", text)
