"""One file per job: ``EVERY``, a cron line in UTC, and ``async def run(desk, now)``."""
