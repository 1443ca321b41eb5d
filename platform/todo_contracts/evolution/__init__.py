"""What a change of a contract means for those who hold the other version: rules, verdicts and ways out."""
