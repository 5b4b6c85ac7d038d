"""A sample lake: invented listeners, songs and plays in the exact format of the real data.

The whole platform runs on it on a laptop, without any account and at any size. `write_sample_lake` returns exact counts of what it wrote,
so that the content of the warehouse can be verified. The same `SampleSpec` gives the same bytes on every machine.

    write_sample_lake(Path("data/lake"), SampleSpec(songs=1000, days=30))

Put here what generates files. Do not put here anything that reads or loads them.
"""

from sparkify_assets.sample_data.lake import SampleLakeBusy, SampleLakeExists, write_sample_lake
from sparkify_assets.sample_data.spec import SampleSpec, SampleSummary

__all__ = ["SampleLakeBusy", "SampleLakeExists", "SampleSpec", "SampleSummary", "write_sample_lake"]
