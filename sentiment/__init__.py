"""Words to mood and alerts. Pure: no threads, no clocks, no asyncio."""
