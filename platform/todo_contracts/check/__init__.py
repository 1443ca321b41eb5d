"""Everything that is wrong with the contracts, at once; each rule has a fixture that it rejects."""
