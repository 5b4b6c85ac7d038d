"""The Sparkify data platform: a lake of JSON becomes a star schema, kept true by Dagster.

``tables``         what the data is: one folder a table, SQL only
``model``          a folder read as a Table; Redshift's SQL told to another engine; promises made checks
``lake``           what lies in object storage, and which of its records are sound
``warehouse``      how rows are loaded, refreshed and queried
``orchestration``  everything that imports dagster
"""
