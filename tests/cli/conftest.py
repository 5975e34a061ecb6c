"""Sessions that are in the way, for the verbs that meet or show them."""

from tests.fix_blocker import blocker as blocker
