"""How the existing tables compare with their table.sql, as one process found when it first opened the warehouse.

Put here that state only.  How it is found, and changed, is in schema_sync.py.
"""

from dataclasses import dataclass, field

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog


@dataclass
class SchemaState:
    """Tables that differ from their folder, and tables whose rows are of other code."""

    catalog: Catalog
    blocked: dict[str, str] = field(default_factory=dict)
    """table that differs from its table.sql → how; it is neither read nor written until it is rebuilt"""
    is_outdated: bool = False
    """whether the load metadata are of an earlier version of the platform, as a read session found them: the next write session brings them
    up to date, and until then they may lack columns"""
    stale: set[str] = field(default_factory=set)
    """tables whose rows an earlier version of their code has computed, until they are rebuilt"""

    def require_usable(self, *names: str) -> None:
        """Raises WarehouseError where one of these tables is blocked."""
        for name in names:
            if difference := self.blocked.get(name):
                raise WarehouseError(
                    f"the table {name} is not as {self.catalog[name].folder / 'table.sql'} declares it: {difference}. `sparkify rebuild "
                    f"{name}` rebuilds it, and the tables derived from it; tables that do not read it are not affected"
                )
