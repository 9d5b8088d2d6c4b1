"""French typography: signs stay with the word they go with, at the ends of lines too."""

import re

AFTER_WORD = re.compile(" ([:;?!%»])")


def typeset(text: str) -> str:
    """Put no-break spaces where French wants them."""
    return AFTER_WORD.sub("\u00a0\\1", text).replace("« ", "«\u00a0")
