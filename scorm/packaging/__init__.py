"""Content packages: reading, checking, writing and serving them (CAM)."""
