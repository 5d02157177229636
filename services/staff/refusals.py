"""What is said when somebody does not get in, or their account stays as it was."""

from __future__ import annotations

from domain.errors import Problem, Severity
from domain.signin import LOCK_AFTER, PASSWORD_LIFE_DAYS, PASSWORDS_REMEMBERED, SHORTEST_PASSWORD, SMS_A_DAY


def too_many(wait_ms: int) -> Problem:
    minutes = wait_ms // 60000 + 1
    return Problem(
        "too_many_attempts",
        f"尝试次数过多，请 {minutes} 分钟后再试",
        f"Too many attempts; try again in {minutes} minutes",
        "忘记密码请联系管理员重置",
        "Ask an administrator to reset a forgotten password",
    )


def locked(wait_ms: int) -> Problem:
    minutes = -(-wait_ms // 60000)
    return Problem(
        "account_locked",
        f"连续 {LOCK_AFTER} 次登录失败，该账号已锁定，请 {minutes} 分钟后再试",
        f"{LOCK_AFTER} failed sign-ins in a row: this account is locked; try again in {minutes} minutes",
        "到时自动解锁；如果不是您本人在尝试，请告诉管理员",
        "It unlocks by itself; tell an administrator if it was not you who tried",
    )


def wrong_password() -> Problem:
    return Problem(
        "wrong_password",
        "用户名或密码不正确",
        "User name or password is not right",
        "请检查大小写和输入法后重试",
        "Check capitals and keyboard, then try again",
        field="password",
    )


def wrong_own_password(field: str) -> Problem:
    return Problem(
        "wrong_password",
        "密码不正确",
        "The password is not right",
        "请检查大小写和输入法后重试",
        "Check capitals and keyboard, then try again",
        field=field,
    )


def weak_password() -> Problem:
    return Problem(
        "weak_password",
        f"新密码至少 {SHORTEST_PASSWORD} 位，须同时含字母与数字或符号，且不同于原密码",
        f"The new password needs {SHORTEST_PASSWORD} characters or more, letters together with digits or signs, "
        "and must differ from the old one",
        "请换一个更长的密码",
        "Choose a longer one",
        field="new",
    )


def used_password() -> Problem:
    return Problem(
        "used_password",
        f"新密码不能与最近 {PASSWORDS_REMEMBERED} 次用过的相同",
        f"The new password must differ from the last {PASSWORDS_REMEMBERED}",
        "请换一个没有用过的密码",
        "Choose one that you have not used",
        field="new",
    )


def new_password_needed() -> Problem:
    return Problem(
        "new_password_needed",
        f"密码已超过 {PASSWORD_LIFE_DAYS} 天未更换，或由他人设置，需要换一个新密码",
        f"The password is older than {PASSWORD_LIFE_DAYS} days, or was set by somebody else: it has to be changed",
        "请设置新密码后继续登录",
        "Choose a new password to go on",
        severity=Severity.NOTICE,
        field="newPassword",
    )


def captcha_needed() -> Problem:
    return Problem(
        "captcha_needed",
        "登录失败次数较多，请同时输入图形验证码",
        "There were several failures; type the characters in the picture as well",
        "看不清时可以换一张",
        "Ask for another picture if you cannot read it",
        severity=Severity.NOTICE,
        field="captcha",
    )


def wrong_captcha() -> Problem:
    return Problem(
        "wrong_captcha",
        "图形验证码不正确或已过期",
        "The characters are not those in the picture, or it is too old",
        "请按新的图片重新输入，不区分大小写",
        "Type those in the new picture; capitals do not matter",
        field="captcha",
    )


def code_needed() -> Problem:
    return Problem(
        "code_needed",
        "请输入验证器上显示的 6 位动态码",
        "Enter the 6-digit code that your authenticator shows",
        "手机不在身边时，可以输入一个恢复码",
        "Without it, enter one of your recovery codes",
        severity=Severity.NOTICE,
        field="code",
    )


def wrong_code() -> Problem:
    return Problem(
        "wrong_code",
        "动态码不正确、已过期或已经用过",
        "The code is not right, too old or already used",
        "请输入验证器上的下一个动态码，并检查手机时间是否准确",
        "Enter the next code, and check that the phone's clock is right",
        field="code",
    )


def second_factor_on() -> Problem:
    return Problem(
        "second_factor_on",
        "两步验证已经开启",
        "The second factor is already on",
        "要更换手机，请先停用，再重新开启",
        "To change the phone, switch it off first, then on again",
    )


def second_factor_off() -> Problem:
    return Problem(
        "second_factor_off",
        "两步验证没有开启",
        "The second factor is not on",
        "请刷新页面查看当前状态",
        "Reload the page to see how it is",
    )


def second_factor_not_begun() -> Problem:
    return Problem(
        "second_factor_not_begun",
        "还没有生成密钥",
        "There is no secret yet",
        "请重新打开设置，把新的密钥添加到验证器",
        "Open the settings again and add the new secret to the authenticator",
    )


def sms_code_needed(shown: str) -> Problem:
    return Problem(
        "code_needed",
        f"请输入发送到 {shown} 的 6 位短信验证码",
        f"Enter the 6-digit code that was sent to {shown}",
        "没有收到时，一分钟后可以重新发送",
        "If it does not arrive, send another after a minute",
        severity=Severity.NOTICE,
        field="code",
    )


def sms_to_be_sent(shown: str) -> Problem:
    return Problem(
        "code_needed",
        f"请获取并输入发送到 {shown} 的短信验证码",
        f"Have a code sent to {shown}, then enter it",
        "点击“获取验证码”",
        "Press the button that sends it",
        severity=Severity.NOTICE,
        field="code",
    )


def wrong_sms_code() -> Problem:
    return Problem(
        "wrong_code",
        "短信验证码不正确、已过期或输错次数过多",
        "The code is not right, too old, or was mistyped too often",
        "请核对最近一条短信，或重新获取验证码",
        "Look at the latest message, or have another code sent",
        field="code",
    )


def sms_too_soon(wait_ms: int) -> Problem:
    seconds = -(-wait_ms // 1000)
    return Problem(
        "sms_too_soon",
        f"验证码刚刚发送过，请 {seconds} 秒后再试",
        f"A code has just been sent; try again in {seconds} seconds",
        "请先查看手机短信",
        "Look at your messages first",
        field="code",
    )


def sms_too_many() -> Problem:
    return Problem(
        "sms_too_many",
        f"24 小时内最多发送 {SMS_A_DAY} 条验证码",
        f"At most {SMS_A_DAY} codes are sent within 24 hours",
        "请改用验证器或恢复码，或联系管理员",
        "Use your authenticator or a recovery code, or ask an administrator",
        field="code",
    )


def sms_off() -> Problem:
    return Problem(
        "sms_off",
        "系统没有开通短信验证码",
        "Codes by text message are not set up here",
        "请使用验证器或恢复码；都没有时请管理员重置两步验证",
        "Use an authenticator or a recovery code; without either ask an administrator to reset the second factor",
    )


def no_phone() -> Problem:
    return Problem(
        "no_phone",
        "账号没有绑定手机",
        "No phone is registered for this account",
        "请使用验证器或恢复码",
        "Use your authenticator or a recovery code",
    )


def not_for_oneself() -> Problem:
    return Problem(
        "not_for_oneself",
        "不能对自己的账号这样做",
        "This cannot be done for one's own account",
        "请由另一位管理员操作",
        "Ask another administrator",
    )


def not_locked() -> Problem:
    return Problem(
        "not_locked",
        "该账号没有锁定，也没有失败记录",
        "The account is not locked, and no failures are counted",
        "请刷新页面查看当前状态",
        "Reload the page to see how it is",
    )
