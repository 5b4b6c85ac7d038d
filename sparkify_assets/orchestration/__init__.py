"""The clock: everything that imports dagster.  Assets and checks come out of the tables; what is here says when and how they run."""
