"""The wire format of events: Avro bodies, CloudEvents headers, schemas, and the rules of contracts."""
