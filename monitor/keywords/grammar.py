"""The grammar of the query language, for lark's LALR parser. What the words mean is :mod:`monitor.keywords.parser`'s.

lark is imported and the tables are built at the first query, so that processes which read none do not pay for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark, Token

#: What ends a term, inside a character class. Bracket and quote keys of a Chinese keyboard mean the same.
ENDS = r'\s(){}\[\]（）"“”'

#: NOT > NEAR, ONEAR > AND (a space means the same) > OR. An operator is one only as a whole word.
GRAMMAR = rf"""
?start: disjunction
?disjunction: conjunction (OR conjunction)*
?conjunction: neighbours (AND? neighbours)*
?neighbours: negation ((NEAR | ONEAR) negation)*
?negation: operand
         | NOT+ operand             -> negated
?operand: OPEN disjunction CLOSE    -> bracket
        | FIELD value               -> field
        | value                     -> found
?value: TERM | RAW | PHRASE | REGEX | RANGE

OPEN:    /[(（]/
CLOSE:   /[)）]/
AND.3:   /AND(?![^{ENDS}])/
OR.3:    /OR(?![^{ENDS}])/
NOT.3:   /NOT(?![^{ENDS}])/
NEAR.3:  /NEAR(?:\/[^{ENDS}]*)?(?![^{ENDS}])/
ONEAR.3: /ONEAR(?:\/[^{ENDS}]*)?(?![^{ENDS}])/
FIELD.2: /[A-Za-z_][A-Za-z0-9_-]*:/
TERM:    /[^{ENDS}\/][^{ENDS}]*/
RAW:     /\{{[^}}]*\}}/
PHRASE:  /["”][^"“”]*["“”]|“[^"”]*["”]/
RANGE:   /\[[^\]]*\]/
REGEX:   /\/(?:\\[\s\S]|[^\\\/])*\//
SPACE:   /\s+/
%ignore SPACE
"""


@lru_cache(maxsize=1)
def language() -> Lark:
    """The parser, whose answers are the nodes of :mod:`monitor.keywords.syntax`."""
    import lark

    from monitor.keywords.parser import Builder

    # What lark calls a transformer is any object with a method for each rule.
    builder: Any = Builder()
    return lark.Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=builder, maybe_placeholders=False)


def lexed(query: str) -> list[Token]:
    """The tokens up to the end or to the first character that begins none."""
    import lark

    found: list[Token] = []
    try:
        for token in language().lex(query):
            found.append(token)
    except lark.UnexpectedCharacters:
        pass
    return found


def begin(token: Token) -> int:
    """The offset of a token that stands in a query."""
    return token.start_pos or 0


def end(token: Token) -> int:
    return token.end_pos or 0


def content(token: Token) -> str:
    """What a token says, without its quotes, braces, brackets, slashes or colon."""
    if token.type == "FIELD":
        return token[:-1]
    if token.type == "REGEX":
        return token[1:-1].replace(r"\/", "/")
    return token[1:-1] if token.type in ("PHRASE", "RAW", "RANGE") else str(token)
