"""The four rosters (花名册), the states of an entry, and the papers that belong to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class RosterKind(StrEnum):
    """How somebody works for a client. Values are at most 16 characters, as the table keeps them.

    Outsourcing A goes through the client's own account; B goes through ours, for which the person needs a contract
    with us.
    """

    DISPATCH = "dispatch"
    OUTSOURCING_A = "outsourcing_a"
    OUTSOURCING_B = "outsourcing_b"
    SUBCONTRACT = "subcontract"


class EntryState(StrEnum):
    """On the roster, or left it."""

    ACTIVE = "active"
    LEFT = "left"


class PostKind(StrEnum):
    """The only posts that dispatched people may hold (劳动合同法 §66)."""

    TEMPORARY = "temporary"
    AUXILIARY = "auxiliary"
    SUBSTITUTE = "substitute"


class DocumentKind(StrEnum):
    """A paper of a person or of a subcontracted project."""

    LABOUR_CONTRACT = "labour_contract"
    DISPATCH_AGREEMENT = "dispatch_agreement"
    DISPATCH_LICENCE = "dispatch_licence"
    QUALIFICATION = "qualification"
    SAFETY_PERMIT = "safety_permit"
    WAGE_ACCOUNT = "wage_account"
    SUBCONTRACT_AGREEMENT = "subcontract_agreement"
    INJURY_INSURANCE = "injury_insurance"
    SAFETY_TRAINING = "safety_training"
    WORK_LICENCE = "work_licence"
    OTHER = "other"


class DocumentPlace(StrEnum):
    """Whether a paper is filed with the person or with the project."""

    ENTRY = "entry"
    PROJECT = "project"


class RosterAct(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    IMPORTED = "imported"
    EDITED = "edited"
    RENEWED = "renewed"
    MOVED = "moved"
    LEFT = "left"
    ATTACHED = "attached"
    RETIRED = "retired"


KIND_LABELS: Final[dict[RosterKind, tuple[str, str]]] = {
    RosterKind.DISPATCH: ("劳务派遣", "dispatch"),
    RosterKind.OUTSOURCING_A: ("人事外包A", "outsourcing A"),
    RosterKind.OUTSOURCING_B: ("人事外包B", "outsourcing B"),
    RosterKind.SUBCONTRACT: ("劳务分包", "subcontract"),
}
STATE_LABELS: Final[dict[EntryState, tuple[str, str]]] = {
    EntryState.ACTIVE: ("在册", "on the roster"),
    EntryState.LEFT: ("已离场", "left"),
}
POST_KIND_LABELS: Final[dict[PostKind, tuple[str, str]]] = {
    PostKind.TEMPORARY: ("临时性", "temporary"),
    PostKind.AUXILIARY: ("辅助性", "auxiliary"),
    PostKind.SUBSTITUTE: ("替代性", "substitute"),
}
DOCUMENT_LABELS: Final[dict[DocumentKind, tuple[str, str]]] = {
    DocumentKind.LABOUR_CONTRACT: ("劳动合同", "labour contract"),
    DocumentKind.DISPATCH_AGREEMENT: ("劳务派遣协议", "dispatch agreement"),
    DocumentKind.DISPATCH_LICENCE: ("劳务派遣经营许可证", "dispatch licence"),
    DocumentKind.QUALIFICATION: ("企业资质证书", "qualification of the contractor"),
    DocumentKind.SAFETY_PERMIT: ("安全生产许可证", "work-safety permit"),
    DocumentKind.WAGE_ACCOUNT: ("农民工工资专用账户证明", "proof of the wage account"),
    DocumentKind.SUBCONTRACT_AGREEMENT: ("分包合同", "subcontract"),
    DocumentKind.INJURY_INSURANCE: ("项目工伤保险参保证明", "work-injury insurance of the project"),
    DocumentKind.SAFETY_TRAINING: ("安全教育培训记录", "record of safety training"),
    DocumentKind.WORK_LICENCE: ("特种作业操作证", "licence for special work"),
    DocumentKind.OTHER: ("其他材料", "other paper"),
}
ACT_LABELS: Final[dict[RosterAct, tuple[str, str]]] = {
    RosterAct.ADDED: ("新增", "added"),
    RosterAct.IMPORTED: ("导入", "imported"),
    RosterAct.EDITED: ("修改", "edited"),
    RosterAct.RENEWED: ("续签", "renewed"),
    RosterAct.MOVED: ("转类", "moved to another roster"),
    RosterAct.LEFT: ("离场", "left"),
    RosterAct.ATTACHED: ("添加材料", "paper attached"),
    RosterAct.RETIRED: ("停用材料", "paper retired"),
}
