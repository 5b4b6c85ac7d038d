"""Pipes out: how rows are loaded, refreshed and queried.  The protocol, the verbs in SQL trees, and the engines."""

from sparkify_assets.warehouse.protocol import Broken, Deliveries, History, Loaded, Refreshed, Refusal, Reject, Session, Warehouse

__all__ = ["Broken", "Deliveries", "History", "Loaded", "Refreshed", "Refusal", "Reject", "Session", "Warehouse"]
