"""The contract pipeline: reads proto/, avro/ and the manifests, writes gen/, refuses what breaks a rule."""
