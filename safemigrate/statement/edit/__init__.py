"""New statements out of old ones: the tree is changed, spelled, and parsed again to be sure that it means just that.

Every function takes the text of one statement and gives the text of another; what cannot be spelled raises
:class:`safemigrate.statement.parser.Unparsable`. Nothing here knows the catalog, and nothing decides.

    tables  ALTER TABLE taken apart    writes  UPDATE and DELETE taken apart    alone  any of several forms
    and one file for each other family of plan/split that needs one
"""

from __future__ import annotations

from safemigrate.statement.edit.alone import alone as alone
from safemigrate.statement.edit.tables import actions as actions
from safemigrate.statement.edit.writes import Write as Write
from safemigrate.statement.edit.writes import assigned as assigned
from safemigrate.statement.edit.writes import write as write
