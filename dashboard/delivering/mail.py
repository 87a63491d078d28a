"""Delivery by mail through the city's own server: encrypted unless told otherwise, one letter to each addressee."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, make_msgid
from mimetypes import guess_type

from dashboard.delivering.parcel import NotDelivered, Parcel
from dashboard.settings import MAIL_ADDRESS, Settings
from dashboard.texts import Text

NO_HOST = Text("未配置邮件服务器（SMTP_HOST、SMTP_FROM）", "No mail server is set (SMTP_HOST, SMTP_FROM)")
NO_TLS = Text("邮件服务器不支持加密（STARTTLS），没有发送", "The mail server offers no encryption (STARTTLS); nothing was sent")
BAD_CERTIFICATE = Text("邮件服务器的证书不可信，没有发送：{why}", "The mail server's certificate is not trusted; nothing was sent: {why}")
WRONG_PASSWORD = Text("邮件服务器拒绝了用户名或密码", "The mail server refuses the user name or the password")
REFUSED = Text("邮件服务器拒收：{why}", "The mail server refuses the letter: {why}")
AWAY = Text("邮件服务器没有应答：{why}", "The mail server does not answer: {why}")
UNKNOWN = Text(
    "发送中断，不能确定对方是否已收到（{why}）；请核实后再决定是否重发",
    "The line broke while sending: whether it arrived is not known ({why}). Ask before you send it again",
)
NO_ADDRESS = Text("不是电子邮件地址：{why}", "Not an e-mail address: {why}")
TOO_LARGE = Text(
    "附件合计 {size:.1f} MB，超过 {most:g} MB，未随信附上。", "The files ({size:.1f} MB) exceed {most:g} MB and are not attached."
)
LOOK_THERE = Text("请到系统中下载：{link}", "They can be had here: {link}")
LOOK_IN = Text("请到系统“报告”页面下载。", "They can be had on the page of reports.")
LONGEST_SUBJECT = 200
A_MB = 1_000_000


@dataclass(frozen=True)
class Post:
    """A mail server and by which name one writes."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    timeout: float
    largest: float
    context: ssl.SSLContext | None = None


def post_of(settings: Settings, context: ssl.SSLContext | None = None) -> Post:
    """The mail server the environment names. Raises NotDelivered where it names none."""
    if not settings.smtp_host or not settings.smtp_from:
        raise NotDelivered(NO_HOST)
    return Post(
        settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, settings.smtp_password.get_secret_value(),
        settings.smtp_from, settings.smtp_timeout, settings.smtp_largest_mb, context,
    )  # fmt: skip


def letter(
    post: Post,
    to: str,
    subject: str,
    text: str,
    parcels: Sequence[Parcel],
    *,
    language: str = "zh",
    link: str = "",
    at: datetime | None = None,
) -> EmailMessage:
    """A letter to one addressee. Too large files are left out, and it says where they are. Raises NotDelivered."""
    for address in (to, post.sender):
        if not MAIL_ADDRESS.fullmatch(address):
            raise NotDelivered(_said(NO_ADDRESS, _plain(address)), is_final=True)
    made = EmailMessage(policy=POLICY)
    made["Subject"] = _plain(subject)[:LONGEST_SUBJECT]
    made["From"], made["To"] = Address(addr_spec=post.sender), Address(addr_spec=to)
    made["Date"] = format_datetime(at or datetime.now(UTC))
    made["Message-ID"] = make_msgid(domain=post.sender.rpartition("@")[2])
    # A machine writes: no machine should answer.
    made["Auto-Submitted"] = "auto-generated"
    size = sum(len(parcel.data) for parcel in parcels)
    # In a letter three bytes become four signs.
    fits = size * 4 / 3 <= post.largest * A_MB
    if not fits:
        there = LOOK_THERE.in_(language).format(link=_plain(link)) if link else LOOK_IN.in_(language)
        text = f"{text}\n\n{TOO_LARGE.in_(language).format(size=size / A_MB, most=post.largest)}{there}"
    made.set_content(text, charset="utf-8", cte="base64")
    for parcel in parcels if fits else ():
        kind = (guess_type(parcel.file_name)[0] or "application/octet-stream").split("/", 1)
        made.add_attachment(parcel.data, maintype=kind[0], subtype=kind[1], filename=parcel.file_name)
    return made


def send(post: Post, made: EmailMessage) -> None:
    """Hand a letter to the mail server. Raises NotDelivered; where the server may have taken it all the same, it says so and is final."""
    try:
        server = _open(post)
        try:
            if post.user:
                server.login(post.user, post.password)
            _hand_over(server, made)
        finally:
            # Whatever becomes of the farewell, the letter is there or not.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
    except smtplib.SMTPAuthenticationError as error:
        raise NotDelivered(WRONG_PASSWORD) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotDelivered(NO_TLS if post.security == "starttls" else _said(REFUSED, str(error))) from error
    except ssl.SSLCertVerificationError as error:
        raise NotDelivered(_said(BAD_CERTIFICATE, error.verify_message)) from error
    except smtplib.SMTPResponseException as error:
        code, said = error.smtp_code, error.smtp_error
        why = _plain(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:200]
        # 5xx is meant for good, 4xx for now.
        raise NotDelivered(_said(REFUSED, f"{code} {why}"), is_final=500 <= code < 600) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(_said(AWAY, f"{post.host}:{post.port} {type(error).__name__}")) from error


def _hand_over(server: smtplib.SMTP, made: EmailMessage) -> None:
    """The dialogue by its steps: only in the last one it can be unknown whether the letter was taken."""
    server.ehlo_or_helo_if_needed()
    sender, to = made["From"].addresses[0].addr_spec, made["To"].addresses[0].addr_spec
    for code, said in (server.mail(sender), server.rcpt(to)):
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, said)
    try:
        code, said = server.data(made.as_bytes())
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise NotDelivered(_said(UNKNOWN, type(error).__name__), is_final=True) from error
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)


def _open(post: Post) -> smtplib.SMTP:
    context = post.context or ssl.create_default_context()
    if post.security == "ssl":
        return smtplib.SMTP_SSL(post.host, post.port, timeout=post.timeout, context=context)
    server = smtplib.SMTP(post.host, post.port, timeout=post.timeout)
    if post.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _plain(text: str) -> str:
    """In one line without signs that control anything: a title cannot become a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _said(text: Text, why: str) -> Text:
    return Text(text.zh.format(why=why), text.en.format(why=why))
