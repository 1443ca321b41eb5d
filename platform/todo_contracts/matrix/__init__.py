"""Every reader beside every writer: what one version of a contract writes, every other reads as it was meant."""
