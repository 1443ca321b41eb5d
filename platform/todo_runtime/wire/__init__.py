"""Events as bytes: the typed Avro codec, the registry's look-ups, CloudEvents headers."""
