"""A case is what its facts say: folding them, one after the other, gives its state.

`fold` is the only place where a case changes. A restatement folded alone gives what the facts before it gave.
"""

from cases.domain.folding import admission, following, sitting
from cases.domain.folding.machine import fold, folded, opened
from cases.domain.folding.sitting import FOLLOWED

__all__ = ["FOLLOWED", "admission", "fold", "folded", "following", "opened", "sitting"]
