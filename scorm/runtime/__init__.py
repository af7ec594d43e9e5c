"""The run-time: what a SCO may call, read and write, and what becomes of it when its session ends."""
