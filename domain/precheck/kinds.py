"""Reading insurance kinds, truth values, sex, document type and insured category from cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from domain.columns import CellValue
from domain.policy import Category, Kind
from domain.precheck.cells import CellError, folded

_FIVE = frozenset({Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY, Kind.MATERNITY})
_FUND = frozenset({Kind.HOUSING_FUND})

_NAMES: Mapping[str, frozenset[Kind]] = {
    "五险一金": _FIVE | _FUND,
    "五险": _FIVE,
    "社会保险": _FIVE,
    "社保": _FIVE,
    "一金": _FUND,
    "补充住房公积金": frozenset({Kind.SUPPLEMENTARY_HOUSING_FUND}),
    "补充公积金": frozenset({Kind.SUPPLEMENTARY_HOUSING_FUND}),
    "住房公积金": _FUND,
    "公积金": _FUND,
    **{
        name: frozenset({kind})
        for kind, names in {
            Kind.PENSION: "基本养老保险 基本养老 养老保险 养老",
            Kind.LARGE_MEDICAL: "大病医疗保险 大病医疗 大额医疗互助 大额医疗 大病保险 大病 大额",
            Kind.MEDICAL: "基本医疗保险 基本医疗 医疗保险 医疗 医保",
            Kind.UNEMPLOYMENT: "失业保险 失业",
            Kind.WORK_INJURY: "工伤保险 工伤",
            Kind.MATERNITY: "生育保险 生育",
        }.items()
        for name in names.split()
    },
}
# Longest first, so that 补充公积金 is not read as 公积金 with an unknown word before it.
_BY_LENGTH = sorted(_NAMES, key=len, reverse=True)
_SEPARATORS = "、,;/+&|和及与。.-_()"

_YES = frozenset(
    {"是", "√", "✓", "✔", "☑", "v", "y", "yes", "true", "1", "1.0", "有", "缴", "参加", "参保", "缴纳", "对"}
)
_NO = frozenset(
    {"否", "×", "✗", "✕", "x", "n", "no", "false", "0", "0.0", "无", "不", "不缴", "不缴纳", "不参加", "不参保"}
    | {"-", "--", "—", "——", "/", "\\"}
)
_SEXES = {"男": "male", "男性": "male", "m": "male", "male": "male", "1": "male"} | {
    "女": "female",
    "女性": "female",
    "f": "female",
    "female": "female",
    "2": "female",
}


def read_kinds(value: CellValue) -> frozenset[Kind]:
    """The kinds named in one cell: "养老、医疗、失业", "五险一金", "养老保险+公积金".

    五险 includes maternity; where a city collects it with medical, the compliance review drops it with a notice.
    Raises CellError("kinds_unreadable") when any word is not a kind; 三险 and 四险 mean different things in different
    places and are such words.
    """
    return _kinds_in(folded(value))


@lru_cache(maxsize=1024)
def _kinds_in(text: str) -> frozenset[Kind]:
    """Remembered, because a whole sheet mostly repeats one wording."""
    found: set[Kind] = set()
    place = 0
    while place < len(text):
        if text[place] in _SEPARATORS:
            place += 1
            continue
        name = next((name for name in _BY_LENGTH if text.startswith(name, place)), None)
        if name is None:
            raise CellError("kinds_unreadable")
        found |= _NAMES[name]
        place += len(name)
    if not found:
        raise CellError("kinds_unreadable")
    return frozenset(found)


def read_flag(value: CellValue) -> bool | None:
    """是/否, √/×, 1/0, 有/无 …; None for an empty cell. Raises CellError("flag_unreadable")."""
    text = folded(value).casefold()
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise CellError("flag_unreadable")


def read_sex(value: CellValue) -> str:
    """ "male" or "female". Raises CellError("sex_unreadable")."""
    sex = _SEXES.get(folded(value).casefold())
    if sex is None:
        raise CellError("sex_unreadable")
    return sex


def read_category(value: CellValue, default: Category) -> Category:
    """灵活就业 and 个体 words mean flexible employment; every other wording of a bureau form is an employee."""
    text = folded(value)
    if not text:
        return default
    return Category.FLEXIBLE if "灵活" in text or "自由职业" in text else Category.EMPLOYEE
