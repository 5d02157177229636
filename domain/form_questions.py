"""The questions of the questionnaires, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    ONBOARDING = "onboarding"
    LEAVING = "leaving"


class Answer(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    ACCOUNT = "account"
    DATE = "date"
    MONTH = "month"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    RATING = "rating"


SENSITIVE: Final = frozenset({Answer.ID_NUMBER, Answer.PHONE, Answer.BANK_CARD, Answer.ACCOUNT, Answer.NAME})
"""Answers that staff see masked."""

Choices = tuple[tuple[str, str, str], ...]
"""Value, label, English label."""

YES_NO: Final[Choices] = (("yes", "是", "yes"), ("no", "否", "no"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `asked_if` names an earlier question and the value that makes this one count. `among` names an earlier question of
    several choices to which this one's answer must belong. `longest` is in characters, or the largest number.
    """

    name: str
    label: str
    label_en: str
    answer: Answer
    required: bool = True
    choices: Choices = ()
    asked_if: tuple[str, str] | None = None
    among: str | None = None
    longest: int = 60
    note: str = ""
    note_en: str = ""


LEAVE_KINDS: Final[Choices] = (
    ("voluntary", "本人提出", "of my own will"),
    ("involuntary", "单位提出", "the employer's decision"),
    ("agreed", "双方协商一致", "by agreement"),
    ("expired", "合同到期", "the contract ran out"),
    ("retirement", "退休", "retirement"),
    ("other", "其他", "other"),
)
LEAVE_REASONS: Final[Choices] = (
    ("pay", "薪酬待遇", "pay and benefits"),
    ("growth", "发展空间", "prospects"),
    ("manager", "上级管理", "management"),
    ("workload", "工作强度", "workload"),
    ("content", "工作内容不合适", "the work itself"),
    ("culture", "团队氛围", "team and culture"),
    ("commute", "通勤或地点", "commute or place"),
    ("family", "家庭原因", "family"),
    ("health", "身体健康", "health"),
    ("study", "继续学习", "further study"),
    ("business", "自主创业", "own business"),
    ("company", "公司经营变化", "changes at the company"),
    ("retired", "退休", "retirement"),
    ("other", "其他", "other"),
)
_TOPICS: Final = (
    ("pay", "薪酬福利", "pay and benefits"),
    ("manager", "直接上级", "your manager"),
    ("growth", "培训与晋升", "training and promotion"),
    ("workload", "工作强度", "workload"),
    ("team", "团队合作", "the team"),
    ("workplace", "办公环境", "the workplace"),
    ("service", "社保服务", "our social-insurance service"),
)
TOPICS: Final[dict[str, tuple[str, str]]] = {f"satisfaction_{name}": (zh, en) for name, zh, en in _TOPICS}
RATINGS: Final[Choices] = (
    ("1", "很不满意", "very poor"),
    ("2", "不满意", "poor"),
    ("3", "一般", "fair"),
    ("4", "满意", "good"),
    ("5", "很满意", "very good"),
)

_ONBOARDING: Final = (
    Question(name="name", label="姓名", label_en="Name", answer=Answer.NAME, note="与证件一致"),
    Question(name="id_number", label="证件号码", label_en="ID number", answer=Answer.ID_NUMBER),
    Question(name="phone", label="手机号", label_en="Mobile phone", answer=Answer.PHONE),
    Question(
        name="household",
        label="户口性质",
        label_en="Household registration",
        answer=Answer.CHOICE,
        choices=(
            ("local_urban", "本市城镇", "urban, this city"),
            ("local_rural", "本市农村", "rural, this city"),
            ("other_urban", "外地城镇", "urban, elsewhere"),
            ("other_rural", "外地农村", "rural, elsewhere"),
            ("hk_macau_taiwan", "港澳台", "Hong Kong, Macau or Taiwan"),
            ("foreign", "外籍", "foreign"),
        ),
    ),
    Question(name="entry_day", label="入职日期", label_en="First day of work", answer=Answer.DATE),
    Question(
        name="first_insured",
        label="是否首次参保",
        label_en="First time insured?",
        answer=Answer.YES_NO,
        note="以前从未缴纳过社会保险",
        note_en="Never insured anywhere before",
    ),
    Question(
        name="former_last_month",
        label="上家单位停缴月份",
        label_en="Last month paid by the former employer",
        answer=Answer.MONTH,
        asked_if=("first_insured", "no"),
        note="从停缴的次月起由新单位缴纳",
    ),
    Question(
        name="has_fund",
        label="是否有公积金账户",
        label_en="Do you have a housing-fund account?",
        answer=Answer.YES_NO,
    ),
    Question(
        name="fund_number",
        label="公积金账号",
        label_en="Housing-fund account number",
        answer=Answer.ACCOUNT,
        required=False,
        asked_if=("has_fund", "yes"),
        longest=30,
    ),
    Question(name="bank_card", label="工资银行卡号", label_en="Bank card for wages", answer=Answer.BANK_CARD),
    Question(name="bank_name", label="开户行", label_en="Bank branch", answer=Answer.TEXT, longest=60),
    Question(name="address", label="现住址", label_en="Address", answer=Answer.TEXT, longest=120),
    Question(name="contact_name", label="紧急联系人", label_en="Emergency contact", answer=Answer.NAME),
    Question(
        name="contact_relation",
        label="与联系人关系",
        label_en="Relation",
        answer=Answer.TEXT,
        longest=20,
    ),
    Question(name="contact_phone", label="联系人手机号", label_en="Contact's phone", answer=Answer.PHONE),
)
_LEAVING: Final = (
    Question(name="last_day", label="最后工作日", label_en="Last day of work", answer=Answer.DATE),
    Question(name="kind", label="离职方式", label_en="How you leave", answer=Answer.CHOICE, choices=LEAVE_KINDS),
    Question(
        name="reasons",
        label="离职原因（可多选）",
        label_en="Reasons (several are possible)",
        answer=Answer.CHOICES,
        choices=LEAVE_REASONS,
    ),
    Question(
        name="main_reason",
        label="最主要的原因",
        label_en="The main reason",
        answer=Answer.CHOICE,
        choices=LEAVE_REASONS,
        among="reasons",
    ),
    *(
        Question(
            name=name, label=f"满意度：{zh}", label_en=f"Satisfaction: {en}", answer=Answer.RATING, choices=RATINGS
        )
        for name, (zh, en) in TOPICS.items()
    ),
    Question(
        name="destination",
        label="离职后的去向",
        label_en="What comes next",
        answer=Answer.CHOICE,
        choices=(
            ("same_trade", "同行业其他单位", "another employer, same trade"),
            ("other_trade", "其他行业", "another trade"),
            ("self_employed", "自主创业或灵活就业", "self-employed"),
            ("study", "学习深造", "study"),
            ("rest", "暂时休息", "a break"),
            ("retired", "退休", "retirement"),
            ("undisclosed", "不便透露", "rather not say"),
        ),
    ),
    Question(name="would_return", label="是否愿意再回来工作", label_en="Would you return?", answer=Answer.YES_NO),
    Question(
        name="comment",
        label="其他意见和建议",
        label_en="Anything else",
        answer=Answer.LONG_TEXT,
        required=False,
        longest=1000,
    ),
)
QUESTIONS: Final[dict[Form, tuple[Question, ...]]] = {Form.ONBOARDING: _ONBOARDING, Form.LEAVING: _LEAVING}
