"""Checks as Dagster sees them: which there are, how they are asked about partitions, how their answers are told."""
