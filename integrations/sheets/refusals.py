"""Why a file is not read, in words that tell the sender what to do."""

from __future__ import annotations

from domain.errors import Problem, Refusal

_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
_SAVE_AS_EN = "Open it in Excel or WPS, save it as .xlsx and upload that"


def refuse(code: str, zh: str, en: str, remedy: str = _SAVE_AS, remedy_en: str = _SAVE_AS_EN) -> Refusal:
    """A refusal with one problem about the uploaded file."""
    return Refusal(Problem(code=code, message=zh, message_en=en, remedy=remedy, remedy_en=remedy_en, field="file"))


def empty_file() -> Refusal:
    return refuse(
        "file_empty",
        "文件是空的",
        "The file is empty",
        "请检查文件后重新上传",
        "Check the file and upload it again",
    )


def broken_file() -> Refusal:
    return refuse("file_broken", "文件已损坏或不完整，无法读取", "The file is damaged or incomplete and cannot be read")


def encrypted_file() -> Refusal:
    return refuse(
        "file_encrypted",
        "文件设有打开密码，无法读取",
        "The file is protected by a password and cannot be read",
        "请取消密码保护后重新上传",
        "Remove the password and upload it again",
    )


def unsupported_file(what: str, what_en: str) -> Refusal:
    return refuse(
        "file_unsupported",
        f"文件内容是{what}，只能读取 .xlsx、.xls 和 .csv",
        f"The file holds {what_en}; only .xlsx, .xls and .csv can be read",
    )


def mismatched_file(name: str, real: str) -> Refusal:
    return refuse(
        "file_type_mismatch",
        f"文件名是“{name}”，内容却是 {real} 格式",
        f"The file is named “{name}” but its content is {real}",
        f"请核对是否选错了文件；若无误，请另存为 {real} 后上传",
        f"Check that it is the right file; if it is, save it as {real} and upload that",
    )


def too_large(code: str, zh: str, en: str) -> Refusal:
    return refuse(
        code,
        zh,
        en,
        "请删除多余的行、列和工作表（含看似空白的），或分成几个文件上传",
        "Delete surplus rows, columns and sheets (also those that look blank), or upload several files",
    )
