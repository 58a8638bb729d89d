"""Texts of other people's tables as one would type them: composed, spaced, without mark-up."""

import html
import re
import unicodedata

# What word processors and web pages leave invisibly in a text.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\ufffe\uffff]")
_JOINERS = re.compile("(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INLINE = (
    "a|abbr|acronym|b|big|cite|code|del|em|font|i|ins|mark|q|s|small|span|strike|strong|sub|sup"
    "|tt|u"
)
_BLOCK = "br|p|div|li|ul|ol|h[1-6]|hr|table|tr|td|th|tbody|dl|dt|dd|blockquote|body|html"
_TAGS = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAKS = re.compile(rf"\s*</?(?:{_BLOCK})(?:\s[^<>]*)?/?>\s*", re.IGNORECASE)


def clean(text: str, lines: bool = False) -> str:
    """``text`` in NFC, without HTML tags and entities, invisible signs and needless white space.

    ``lines`` keeps line ends. A text in angle brackets that is no tag stays.

    >>> clean("<i>Nature&nbsp;morte</i>&amp; pommes \u200b")
    'Nature morte& pommes'
    """
    if text.isascii() and text.isprintable() and "&" not in text and "<" not in text:
        return " ".join(text.split())
    if "&" in text or "<" in text:
        # twice: what was escaped for a page and then for a table
        plain = html.unescape(html.unescape(text))
        text = _TAGS.sub("", _BREAKS.sub("\n", plain))
    if not text.isascii():
        text = _JOINERS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    text = _CONTROL.sub("", _LINE.sub("\n", text))
    if not lines:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
