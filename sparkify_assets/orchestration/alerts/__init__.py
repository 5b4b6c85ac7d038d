"""The sensor that tells people what is wrong: reads Dagster's events and the lake, and puts problems on the board of the room alerts."""
