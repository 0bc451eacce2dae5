"""Near-duplicates and reposts: texts that say the same with few changes form a cluster. Pure."""
