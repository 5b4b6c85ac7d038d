"""A sample lake: invented listeners, songs and plays in the exact shape of the real data.

It lets the whole platform run on a laptop with no account anywhere, at any size, and says exactly what it
wrote so that what the warehouse holds afterwards can be checked against it. The same `SampleSpec` gives
the same bytes on every machine.

    write_sample_lake(Path("data/lake"), SampleSpec(songs=1000, days=30))
"""

from sparkify_assets.sample_data.lake import SampleLakeBusy, SampleLakeExists, write_sample_lake
from sparkify_assets.sample_data.spec import SampleSpec, SampleSummary

__all__ = ["SampleLakeBusy", "SampleLakeExists", "SampleSpec", "SampleSummary", "write_sample_lake"]
